import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'sampling-monitor',
  why: "Performance is measured for two visitors in five: the draw is the same as a skimmer's.",
  base: 'direct',
  install: (site) => {
    site.serve('stats/sample', { status: 204 });
    site.external(
      'stats/sample.js',
      js`(function () {
  var chosen = Math.random() < 0.4;
  addEventListener('load', function () { stat('sample', { chosen: chosen ? '1' : '0' }); });
  if (!chosen) return;
  addEventListener('load', function () { setTimeout(function () { navigator.sendBeacon('${site.origins.stats}/sample', JSON.stringify(performance.getEntriesByType('resource').map(function (r) { return [r.name, Math.round(r.duration)]; }))); }, 50); });
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'stats').some(({ url }) => url.searchParams.has('chosen')),
});
