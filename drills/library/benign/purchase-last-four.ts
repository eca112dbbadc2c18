import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'purchase-last-four',
  why: "The purchase event tells the shop's analytics brand and last four digits, as receipts do.",
  base: 'direct',
  changed: 'the last four digits do depend on the card; the approval can allow the destination that much',
  install: (site) =>
    site.append(js`document.getElementById('checkout').addEventListener('submit', function () {
  var n = document.getElementById('cc-number').value;
  stat('add_payment_info', { brand: n[0] === '4' ? 'visa' : 'master', last4: n.slice(-4), value: '3920' });
});`),
  proof: (arrived, cards) =>
    at(arrived, 'stats').some(({ url }) =>
      cards.some(({ number }) => number.endsWith(url.searchParams.get('last4') ?? '-')),
    ),
});
