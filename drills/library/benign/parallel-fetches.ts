import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'parallel-fetches',
  why: 'Six parts of the page are fetched at once in an order drawn by lot; each answer causes one more call.',
  base: 'direct',
  install: (site) => {
    for (let n = 0; n < 6; n++) site.serve(`shop/part/${n}`, `<p>part ${n}</p>`);
    site.serve('shop/part/done', { status: 204 });
    site.append(js`[0, 1, 2, 3, 4, 5].sort(function () { return Math.random() - 0.5; }).forEach(function (n) {
  fetch('/part/' + n).then(function (r) { return r.text(); }).then(function (t) { return fetch('/part/done?n=' + n + '&l=' + t.length); });
});`);
  },
  proof: (arrived) => at(arrived, 'shop', '/part/done').length >= 6,
});
