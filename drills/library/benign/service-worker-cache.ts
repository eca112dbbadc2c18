import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default benign({
  id: 'service-worker-cache',
  why: 'A service worker answers style sheets and pictures from a cache and lets calls of other hosts alone.',
  base: 'direct',
  install: (site) => {
    site.serve(
      'shop/sw.js',
      js`self.addEventListener('install', function (e) { e.waitUntil(caches.open('v1').then(function (c) { return c.add('/assets/shop.css'); }).then(function () { return self.skipWaiting(); })); });
self.addEventListener('activate', function (e) { e.waitUntil(clients.claim()); });
self.addEventListener('fetch', function (e) {
  if (e.request.method === 'GET' && /\.css$/.test(e.request.url)) e.respondWith(caches.match(e.request).then(function (r) { return r || fetch(e.request); }));
});`,
    );
    site.everywhere(js`navigator.serviceWorker.register('/sw.js');`);
  },
  proof: (arrived) => at(arrived, 'shop', '/sw.js').length > 0,
});
