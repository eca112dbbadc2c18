import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'web-vitals',
  why: 'Field data of performance: event timing, long tasks and layout shifts differ with how the browser felt, never with the card. An earlier run of prototypes called it tampered.',
  base: 'direct',
  install: (site) =>
    site.alter(
      'stats/tag.js',
      (code) => js`${code}
(function () {
  var marks = { long: 0, event: 0, shift: 0, paint: 0 };
  var watch = function (type, take) {
    try { new PerformanceObserver(function (list) { list.getEntries().forEach(take); }).observe({ type: type, buffered: true, durationThreshold: 16 }); } catch (e) {}
  };
  watch('longtask', function (e) { marks.long += e.duration; });
  watch('event', function (e) { marks.event = Math.max(marks.event, e.duration); });
  watch('layout-shift', function (e) { marks.shift += e.value; });
  watch('largest-contentful-paint', function (e) { marks.paint = e.startTime; });
  addEventListener('pagehide', function () {
    var nav = performance.getEntriesByType('navigation')[0] || {};
    navigator.sendBeacon('${site.origins.stats}/collect?en=vitals', JSON.stringify({ marks: marks, ttfb: nav.responseStart, memory: performance.memory && performance.memory.usedJSHeapSize }));
  });
})();`,
    ),
  proof: (arrived) =>
    at(arrived, 'stats').some(
      ({ url, body }) => url.searchParams.get('en') === 'vitals' && /"marks"/.test(body.toString()),
    ),
});
