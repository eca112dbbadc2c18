import { benign, js } from '../behaviour.ts';

export default benign({
  id: 'chat-heartbeat',
  why: 'A chat widget keeps a WebSocket open and sends a heartbeat with a session id of its own every second.',
  base: 'direct',
  install: (site) => {
    site.socket('cdn/chat', (text) => (text === '' ? '{"kind":"hello","agents":2}' : '{"kind":"pong"}'));
    site.external(
      'cdn/chat/widget.js',
      js`(function () {
  var id = sessionStorage.getItem('chat') || crypto.randomUUID();
  sessionStorage.setItem('chat', id);
  var button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'お問い合わせ';
  button.style.cssText = 'position:fixed;right:12px;bottom:12px';
  document.body.append(button);
  var socket = new WebSocket('${site.origins.cdn.replace('http', 'ws')}/chat');
  socket.onopen = function () { setInterval(function () { socket.send(JSON.stringify({ kind: 'ping', id: id, at: Date.now() })); }, 400); };
})();`,
    );
  },
  proof: (arrived) => arrived.frames.filter(({ text }) => text.includes('"ping"')).length > 1,
});
