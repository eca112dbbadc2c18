import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'local-cart',
  why: 'Keeps cart and step in localStorage, sessionStorage and a cookie, and the next page sends them on: the shape of a stash, with nothing of the card in it.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/cart/merge', { status: 204 });
    site.everywhere(js`(function () {
  var kept = localStorage.getItem('cart_state');
  if (kept && !/payment/.test(location.pathname)) { navigator.sendBeacon('/cart/merge', kept); localStorage.removeItem('cart_state'); }
  if (!/payment/.test(location.pathname)) return;
  sessionStorage.setItem('step', 'payment');
  document.cookie = 'step=payment; path=/';
  addEventListener('pagehide', function () { localStorage.setItem('cart_state', JSON.stringify({ items: 2, total: 3920, at: Date.now(), filled: document.querySelectorAll('input:valid').length })); });
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/cart/merge').some(({ body }) => body.includes('"total"')),
});
