import { toBuffer } from '../bytes.ts';
import { cores } from '../needles.ts';

/** A key that is laid over a text again and again: exclusive or, or addition of bytes. */
export interface Keyed {
  readonly kind: 'xor' | 'rotated';
  readonly at: number;
  /** The text known to stand there. */
  readonly known: Buffer;
  readonly period: number;
}

/** The number alone tells half of its sixteen bytes for keys up to this long. */
const MAX_PERIOD = 8;
const MAX_ROTATED = 6;
/** Fewer bytes in agreement are too few. */
const LEAST = 8;

/** The forms a number has when a key is laid over it. */
function knownOf(number: string): readonly Buffer[] {
  const spaced = (number.match(/\d{1,4}/g) ?? []).join(' ');
  return [number, spaced, ...cores(number)].map(toBuffer);
}

/** Subtracts the bytes `period` further on, four at a time: what a repeating key leaves of a text. */
function lagged(bytes: Buffer, period: number, kind: Keyed['kind'], into: Buffer): Buffer {
  const count = bytes.length - period;
  const here = words(bytes, 0, count);
  const there = words(bytes, period, count);
  const out = new Int32Array(into.buffer, into.byteOffset, here.length);
  if (kind === 'xor') for (let i = 0; i < out.length; i++) out[i] = (here[i] ?? 0) ^ (there[i] ?? 0);
  // Four subtractions at once: the highest bit of each byte is kept out of the borrow and put right after.
  else
    for (let i = 0; i < out.length; i++) {
      const x = there[i] ?? 0;
      const y = here[i] ?? 0;
      out[i] = ((x | 0x80808080) - (y & 0x7f7f7f7f)) ^ ((x ^ ~y) & 0x80808080);
    }
  return into.subarray(0, count);
}
function words(bytes: Buffer, from: number, count: number): Int32Array {
  const copy = new Uint8Array((count + 3) & ~3);
  copy.set(bytes.subarray(from, from + count));
  return new Int32Array(copy.buffer);
}

/** Keys of one to eight bytes: the differences at the key's length are the known text's own. */
export function keyed(bytes: Buffer, number: string, most: number): readonly Keyed[] {
  const out: Keyed[] = [];
  const known = knownOf(number);
  const into = Buffer.from(new ArrayBuffer((bytes.length + 3) & ~3));
  for (const [kind, longest] of [
    ['xor', MAX_PERIOD],
    ['rotated', MAX_ROTATED],
  ] as const)
    for (let period = 1; period <= longest && period < bytes.length; period++) {
      const differences = lagged(bytes, period, kind, into);
      for (const [form, text] of known.entries()) {
        // Of base64 only under short keys: it is seldom made before a key is laid over it.
        if (text.length - period < LEAST || (form > 1 && (period > 4 || kind === 'rotated'))) continue;
        const needle = Buffer.from(
          lagged(text, period, kind, Buffer.from(new ArrayBuffer((text.length + 3) & ~3))),
        );
        for (let at = differences.indexOf(needle); at >= 0; at = differences.indexOf(needle, at + 1)) {
          if (out.length >= most) return out;
          out.push({ kind, at, known: text, period });
        }
      }
    }
  return out;
}

/** A key that is counted up or down with every byte. */
export function counted(bytes: Uint8Array, number: string, most: number): readonly Keyed[] {
  const known = toBuffer(number);
  const [first = 0, second = 0, third = 0] = known;
  const out: Keyed[] = [];
  for (let at = 0; at + known.length <= bytes.length && out.length < most; at++) {
    const start = (bytes[at] ?? 0) ^ first;
    const step = (((bytes[at + 1] ?? 0) ^ second) - start) & 255;
    if (step === 0 || ((((bytes[at + 2] ?? 0) ^ third) - start) & 255) !== ((step * 2) & 255)) continue;
    let all = true;
    for (let i = 3; i < known.length && all; i++)
      all = ((bytes[at + i] ?? 0) ^ (known[i] ?? 0)) === ((start + step * i) & 255);
    if (all) out.push({ kind: 'xor', at, known, period: 0 });
  }
  return out;
}

/** Each digit moved by a key of two to five digits, over and over. */
export function digitKeyed(bytes: Uint8Array, number: string, most: number): readonly Keyed[] {
  const known = toBuffer(number);
  const out: Keyed[] = [];
  for (let at = 0, run = 0; at < bytes.length && out.length < most; at++) {
    const code = bytes[at] ?? 0;
    run = code >= 48 && code <= 57 ? run + 1 : 0;
    if (run < known.length) continue;
    const start = at - known.length + 1;
    for (let period = 2; period <= 5; period++) {
      let all = true;
      for (let i = period; i < known.length && all; i++)
        all =
          ((bytes[start + i] ?? 0) - (bytes[start + i - period] ?? 0) + 20) % 10 ===
          ((known[i] ?? 0) - (known[i - period] ?? 0) + 20) % 10;
      if (all) out.push({ kind: 'rotated', at: start, known, period });
    }
  }
  return out;
}

const legible = (code: number): boolean =>
  (code >= 0x20 && code < 0x7f) || code === 10 || code === 13 || code === 9;

/**
 * Keys of nine to sixteen bytes: the number gives the key, and the key must make all the rest legible. That any digits
 * would give nearly as legible a text is why the reader of this must also find something else that was typed.
 */
export function longKeyed(text: Buffer, number: string): readonly string[] {
  const known = toBuffer(number);
  const size = known.length;
  const out: string[] = [];
  const [first = 0] = known;
  for (let period = MAX_PERIOD + 1; period <= size; period++)
    for (let at = 0; at + size < text.length && out.length < 8; at++) {
      if (period < size && ((text[at] ?? 0) ^ (text[at + period] ?? 0)) !== (first ^ (known[period] ?? 0)))
        continue;
      let all = true;
      for (let i = at + size; i < text.length && all; i++)
        // The key byte over it also lay over the number.
        all = legible(
          (text[i] ?? 0) ^ (text[at + ((i - at) % period)] ?? 0) ^ (known[(i - at) % period] ?? 0),
        );
      if (!all) continue;
      const plain = unlock(text, { kind: 'xor', at, known, period });
      if (plain.includes(number) && /^[\t\n\r -~]*$/.test(plain)) out.push(plain);
    }
  return out;
}

/** A text with the key taken off that the known part gives. */
export function unlock(text: Buffer, { kind, at, known, period }: Keyed): string {
  if (period === 0) return known.toString('latin1');
  const key = new Uint8Array(period);
  for (let i = 0; i < period; i++) {
    const lock = text[at + i] ?? 0;
    key[(at + i) % period] = kind === 'xor' ? lock ^ (known[i] ?? 0) : lock - (known[i] ?? 0);
  }
  const out = Buffer.alloc(text.length);
  for (let i = 0; i < text.length; i++) {
    const over = key[i % period] ?? 0;
    out[i] = kind === 'xor' ? (text[i] ?? 0) ^ over : (text[i] ?? 0) - over;
  }
  return out.toString('latin1');
}
