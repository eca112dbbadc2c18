import { randomInt } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'ad-auction',
  why: 'Bidders race, the first answers win, and a random number of pixels confirm it: order and count differ on every load.',
  base: 'direct',
  install: (site) => {
    site.serve('stats/bid', () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: randomInt(100), id: randomInt(1e9) }),
    }));
    site.serve('stats/win.gif', { status: 204 });
    site.external(
      'stats/auction.js',
      js`Promise.race([1, 2, 3, 4].map(function (n) {
  return new Promise(function (r) { setTimeout(r, Math.random() * 40); }).then(function () { return fetch('${site.origins.stats}/bid?b=' + n + '&r=' + Math.random()); }).then(function (a) { return a.json(); });
})).then(function (won) {
  for (var i = 0; i <= Math.random() * 5; i++) new Image().src = '${site.origins.stats}/win.gif?id=' + won.id + '&p=' + won.price + '&i=' + i;
});`,
    );
  },
  proof: (arrived) =>
    at(arrived, 'stats', '/bid').length === 4 * 1 && at(arrived, 'stats', '/win.gif').length > 0,
});
