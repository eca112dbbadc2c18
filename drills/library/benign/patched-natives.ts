import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'patched-natives',
  why: 'A performance monitor and a polyfill replace fetch, XMLHttpRequest, Promise helpers and JSON.stringify: hooks as a skimmer would set them, for timings only.',
  base: 'direct',
  install: (site) => {
    site.serve('stats/apm', { status: 204 });
    site.external(
      'stats/apm.js',
      js`(function () {
  var spans = [], f = window.fetch, s = JSON.stringify, send = XMLHttpRequest.prototype.send;
  window.fetch = function (to, init) {
    var started = performance.now(), path = new URL(to && to.url || to, location.href).pathname;
    return f.apply(this, arguments).then(function (r) { spans.push({ path: path, status: r.status, ms: Math.round(performance.now() - started) }); return r; });
  };
  XMLHttpRequest.prototype.send = function () { return send.apply(this, arguments); };
  JSON.stringify = function () { return s.apply(JSON, arguments); };
  Promise.withResolvers = Promise.withResolvers || function () { var o = {}; o.promise = new Promise(function (a, b) { o.resolve = a; o.reject = b; }); return o; };
  setInterval(function () { if (spans.length) navigator.sendBeacon('${site.origins.stats}/apm', s(spans.splice(0))); }, 300);
  addEventListener('pagehide', function () { if (spans.length) navigator.sendBeacon('${site.origins.stats}/apm', s(spans)); });
})();`,
    );
  },
  proof: (arrived) => at(arrived, 'stats', '/apm').some(({ body }) => body.includes('/v1/tokens')),
});
