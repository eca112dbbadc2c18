import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'analytics-random-ids',
  why: 'Analytics with an id, a time and a nonce in every message, batched, sent as a Blob when the page is left.',
  base: 'direct',
  install: (site) =>
    site.alter(
      'stats/tag.js',
      (code) => js`${code}
(function () {
  var queue = [], session = crypto.randomUUID();
  var push = function (name) { queue.push({ n: name, t: Date.now(), id: Math.random().toString(36).slice(2), s: session }); };
  ['click', 'scroll', 'focusin', 'submit'].forEach(function (type) { addEventListener(type, function () { push(type); }, true); });
  var flush = function () { if (queue.length) navigator.sendBeacon('${site.origins.stats}/collect?en=batch', new Blob([JSON.stringify(queue.splice(0))], { type: 'text/plain' })); };
  setInterval(flush, 1000);
  addEventListener('pagehide', flush);
})();`,
    ),
  proof: (arrived) =>
    at(arrived, 'stats').some(({ url, body }) => url.searchParams.get('en') === 'batch' && body.length > 20),
});
