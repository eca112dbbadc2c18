import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'form-analytics-timing',
  why: 'Tells how long each field took and whether it was corrected, so that forms can be improved: times of the card fields too, no values.',
  base: 'direct',
  changed: 'times of typing in card fields differ with the person, and can say something of what was typed',
  install: (site) =>
    site.external(
      'stats/form.js',
      js`(function () {
  var times = {}, since = 0;
  addEventListener('focusin', function () { since = performance.now(); });
  addEventListener('focusout', function (e) { if (e.target.id) times[e.target.id] = Math.round(performance.now() - since); });
  addEventListener('keydown', function (e) { if (e.key === 'Backspace') times.corrected = (times.corrected || 0) + 1; });
  document.getElementById('pay').addEventListener('click', function () { stat('form', { times: JSON.stringify(times) }); });
})();`,
    ),
  proof: (arrived) =>
    at(arrived, 'stats').some(({ url }) => (url.searchParams.get('times') ?? '').includes('cc-number')),
});
