import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'jquery-serialise',
  why: "Serialises the form at submit for the shop's own draft, without the card fields: they are disabled for that moment, as older plug-ins do.",
  base: 'direct',
  install: (site) => {
    site.serve('shop/checkout/draft', { status: 204 });
    site.append(js`document.getElementById('checkout').addEventListener('submit', function () {
  var cards = this.querySelectorAll('[name^=card_]'), x = new XMLHttpRequest();
  cards.forEach(function (c) { c.disabled = true; });
  var data = new URLSearchParams(new FormData(this)).toString();
  cards.forEach(function (c) { c.disabled = false; });
  x.open('POST', '/checkout/draft');
  x.setRequestHeader('content-type', 'application/x-www-form-urlencoded');
  x.send(data);
});`);
  },
  proof: (arrived) =>
    at(arrived, 'shop', '/checkout/draft').some(
      ({ body }) => body.includes('email=') && !body.includes('card_number'),
    ),
});
