import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'kana-converter',
  why: 'Listens to input in every text field to write the reading of a name beside it; it hears the card fields too and leaves them.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/kana', { headers: { 'content-type': 'application/json' }, body: '{"kana":"モリタ"}' });
    site.append(js`document.querySelectorAll('input').forEach(function (input) {
  input.addEventListener('input', function () {
    var to = { 'family-name': 'family-kana' }[input.id];
    if (!to || !input.value) return;
    clearTimeout(input._k);
    input._k = setTimeout(function () { fetch('/kana?q=' + encodeURIComponent(input.value)).then(function (r) { return r.json(); }).then(function (a) { document.getElementById(to).value = a.kana; }); }, 80);
  });
});`);
  },
  proof: (arrived) => at(arrived, 'shop', '/kana').length > 0,
});
