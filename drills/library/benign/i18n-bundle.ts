import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'i18n-bundle',
  why: "Texts come as JSON by the browser's language and are put into the page.",
  base: 'direct',
  install: (site) => {
    site.serve('shop/assets/i18n/ja.json', '{"pay":"この内容で注文する","secure":"通信は暗号化されます"}');
    site.append(js`fetch('/assets/i18n/' + navigator.language.slice(0, 2) + '.json').then(function (r) { return r.json(); }).then(function (t) {
  document.getElementById('pay').textContent = t.pay;
  document.getElementById('card-area').insertAdjacentHTML('beforeend', '<small>' + t.secure + '</small>');
});`);
  },
  proof: (arrived) => at(arrived, 'shop', '/assets/i18n/ja.json').length > 0,
});
