import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'autosave-other-fields',
  why: 'Keeps the address half of the form on the server while it is written; the card fields are left out by name.',
  base: 'direct',
  install: (site) => {
    site.serve('shop/checkout/draft', { status: 204 });
    site.append(js`(function () {
  var form = document.getElementById('checkout'), timer = 0;
  form.addEventListener('input', function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      var data = {};
      new FormData(form).forEach(function (value, name) { if (!/^card_/.test(name)) data[name] = value; });
      fetch('/checkout/draft', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data) });
    }, 150);
  });
})();`);
  },
  proof: (arrived, cards) =>
    at(arrived, 'shop', '/checkout/draft').some(({ body }) => /"email":"[^"]+@/.test(body.toString())) &&
    cards.every(
      (card) => !at(arrived, 'shop', '/checkout/draft').some(({ body }) => body.includes(card.number)),
    ),
});
