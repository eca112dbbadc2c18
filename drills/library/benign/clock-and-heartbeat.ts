import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'clock-and-heartbeat',
  why: 'A clock counts down the time the cart is kept, and a heartbeat keeps the session: how many are sent depends on how long the visit takes.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/session/beat', { status: 204 });
    site.append(js`(function () {
  var p = document.createElement('p'), left = 900;
  document.querySelector('main').prepend(p);
  setInterval(function () { left -= 1; p.textContent = 'カートの有効時間：残り ' + Math.floor(left / 60) + '分' + (left % 60) + '秒'; }, 250);
  setInterval(function () { fetch('/session/beat', { method: 'POST', body: String(Date.now()) }); }, 600);
})();`);
  },
  proof: (arrived) => at(arrived, 'shop', '/session/beat').length > 1,
});
