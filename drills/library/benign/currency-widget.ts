import { randomInt } from 'node:crypto';
import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'currency-widget',
  why: 'Shows the total in other currencies; the rates change with every answer, and the next question repeats the last rate.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/rates', () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ usd: 0.0064 + randomInt(100) / 1e6 }),
    }));
    site.external(
      'cdn/rates.js',
      js`(function () {
  var p = document.createElement('p'), last = 0;
  document.querySelector('main').append(p);
  var ask = function () { fetch('${site.origins.cdn}/rates?last=' + last).then(function (r) { return r.json(); }).then(function (a) { last = a.usd; p.textContent = '≈ $' + (3920 * a.usd).toFixed(2); }); };
  ask();
  setInterval(ask, 800);
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'cdn', '/rates').length > 1,
});
