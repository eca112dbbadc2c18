import { benign, js } from '../behaviour.ts';
import { at } from '../site/arrivals.ts';

/** (a, b) -> a + b, the smallest useful module. */
const MODULE = '0061736d0100000001070160027f7f017f030201000707010361646400000a09010700200020016a0b';

export default benign({
  id: 'wasm-codec',
  why: 'A picture codec in WebAssembly runs in the page; what it makes stays there, a count of frames is reported.',
  base: 'direct',
  install: (site) => {
    site.serve('cdn/codec.wasm', {
      headers: { 'content-type': 'application/wasm' },
      body: Buffer.from(MODULE, 'hex'),
    });
    site.external(
      'cdn/codec.js',
      js`WebAssembly.instantiateStreaming(fetch('${site.origins.cdn}/codec.wasm')).then(function (w) {
  for (var i = 0, n = 0; i < 64; i++) n = w.instance.exports.add(n, 1);
  stat('codec', { frames: String(n) });
});`,
    );
  },
  proof: (arrived) => at(arrived, 'stats').some(({ url }) => url.searchParams.get('frames') === '64'),
});
