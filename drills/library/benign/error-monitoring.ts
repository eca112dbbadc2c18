import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'error-monitoring',
  why: 'Wraps fetch and XMLHttpRequest, listens for errors and sends a report with a trail of clicks and calls (addresses and times, no bodies).',
  base: 'direct',
  install: (site) => {
    site.serve('stats/errors', { status: 204 });
    site.external(
      'stats/monitor.js',
      js`(function () {
  var trail = [], fetched = window.fetch, opened = XMLHttpRequest.prototype.open;
  window.fetch = function (to) { trail.push(['fetch', String(to && to.url || to).split('?')[0], Math.round(performance.now())]); return fetched.apply(this, arguments); };
  XMLHttpRequest.prototype.open = function (m, u) { trail.push(['xhr', u]); return opened.apply(this, arguments); };
  addEventListener('click', function (e) { trail.push(['click', e.target.tagName + '#' + e.target.id]); }, true);
  var report = function (kind, error) { fetched('${site.origins.stats}/errors', { method: 'POST', mode: 'no-cors', keepalive: true, body: JSON.stringify({ kind: kind, message: String(error && error.message || error), stack: error && error.stack, trail: trail.slice(-30) }) }); };
  addEventListener('error', function (e) { report('error', e.error); });
  addEventListener('unhandledrejection', function (e) { report('rejection', e.reason); });
})();`,
    );
    site.append(
      js`setTimeout(function () { document.getElementById('recommendations').hidden = false; }, 200);`,
    );
  },
  proof: (arrived) => at(arrived, 'stats', '/errors').some(({ body }) => body.includes('"trail"')),
});
