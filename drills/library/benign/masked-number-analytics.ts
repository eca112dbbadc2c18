import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'masked-number-analytics',
  why: 'Form analytics with a masked number: first six, last four and the length. By a strict reading it does tell something of the card, and that is what should be said.',
  base: 'direct',
  changed:
    'first six and last four digits do depend on the card; the approval can allow the destination that much',
  install: (site) =>
    site.append(js`document.getElementById('cc-number').addEventListener('change', function (e) {
  var n = e.target.value;
  stat('field', { field: 'card', masked: n.slice(0, 6) + '*'.repeat(n.length - 10) + n.slice(-4) });
});`),
  proof: (arrived) =>
    at(arrived, 'stats').some(({ url }) => /^\d{6}\*{6}\d{4}$/.test(url.searchParams.get('masked') ?? '')),
});
