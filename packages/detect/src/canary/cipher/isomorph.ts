import { toBuffer } from '../bytes.ts';
import { cores } from '../needles.ts';
import type { Census } from './corpus.ts';

/** What stays of a text when each of its characters is exchanged for another: which places hold the same one. */
export interface Pattern {
  readonly name: 'digits' | 'base64' | 'hex';
  /** Bytes of one exchanged character. */
  readonly width: number;
  /** Stands in text only: what is exchanged is itself an encoding. */
  readonly textual: boolean;
  /** For each place the first place that holds the same. */
  readonly firsts: readonly number[];
}

const patternOf = (name: Pattern['name'], text: string, width = 1): Pattern => ({
  name,
  width,
  textual: name !== 'digits',
  firsts: Array.from(text, (c) => text.indexOf(c)),
});
/** Wider symbols: a digit to a syllable, a word of one length, a character above ASCII. */
const WIDTHS = [2, 3, 4];

export function patternsOf(number: string): readonly Pattern[] {
  const spaced = (number.match(/\d{1,4}/g) ?? []).join(' ');
  return [
    patternOf('digits', number),
    patternOf('digits', Array.from(number).toReversed().join('')),
    patternOf('digits', spaced),
    ...WIDTHS.map((width) => patternOf('digits', number, width)),
    ...[...cores(number), ...cores(spaced)].map((core) => patternOf('base64', core)),
    patternOf('hex', toBuffer(number).toString('hex')),
  ];
}

/** Every place at which the bytes repeat just as the pattern does; at most `most`. */
export function matches(
  bytes: Uint8Array,
  from: number,
  to: number,
  pattern: Pattern,
  most: number,
): readonly number[] {
  const { firsts, width } = pattern;
  const repeats = firsts.flatMap((first, i) => (first < i ? [[first * width, i * width] as const] : []));
  // Without repeats nothing distinguishes it from anything.
  const [one, two = one] = repeats.toSorted((a, b) => a[1] - a[0] - (b[1] - b[0]));
  if (one === undefined || two === undefined) return [];
  const [a, b] = one;
  const [c, d] = two;
  /** The first place that holds another symbol than the first. */
  const other = firsts.findIndex((first, i) => i > 0 && first === i);
  const end = to - firsts.length * width;
  const out: number[] = [];
  for (let at = from; at <= end; at++) {
    if (bytes[at + a] !== bytes[at + b] || bytes[at + c] !== bytes[at + d]) continue;
    if (width === 1 && other > 0 && bytes[at] === bytes[at + other]) continue;
    if (!fits(bytes, at, firsts, width)) continue;
    out.push(at);
    if (out.length >= most) break;
  }
  return out;
}

function fits(bytes: Uint8Array, at: number, firsts: readonly number[], width: number): boolean {
  for (let i = 1; i < firsts.length; i++) {
    const first = firsts[i] ?? 0;
    if (first < i) {
      if (!same(bytes, at + first * width, at + i * width, width)) return false;
    } else
      for (let j = 0; j < i; j++)
        if (firsts[j] === j && same(bytes, at + j * width, at + i * width, width)) return false;
  }
  return true;
}
function same(bytes: Uint8Array, one: number, other: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (bytes[one + i] !== bytes[other + i]) return false;
  return true;
}

/**
 * The chance that symbols drawn independently, as often as the census has them, repeat just as the pattern does: the
 * sum, over every way of giving its distinct symbols different characters, of the product of their frequencies. Worked
 * out a character at a time; the state is how many symbols of each multiplicity are still to be given one.
 */
export function chanceOf({ firsts }: Pattern, { counts, total }: Census): number {
  if (total === 0) return 0;
  const often = new Map<number, number>();
  for (const first of firsts) often.set(first, (often.get(first) ?? 0) + 1);
  const kinds = [...new Set(often.values())];
  const wanted = kinds.map((kind) => [...often.values()].filter((count) => count === kind).length);
  const strides = wanted.map((_, i) => wanted.slice(0, i).reduce((size, count) => size * (count + 1), 1));
  const states = wanted.reduce((size, count) => size * (count + 1), 1);
  let ways = new Float64Array(states);
  ways[0] = 1;
  for (const count of counts) {
    if (count === 0) continue;
    const next = ways.slice();
    for (let state = 0; state < states; state++)
      for (const [i, kind] of kinds.entries()) {
        const stride = strides[i] ?? 1;
        const given = Math.floor(state / stride) % ((wanted[i] ?? 0) + 1);
        if (given > 0)
          next[state] = (next[state] ?? 0) + (ways[state - stride] ?? 0) * (count / total) ** kind;
      }
    ways = next;
  }
  // Symbols of one multiplicity are told apart by where they stand.
  return wanted.reduce((chance, count) => chance * factorial(count), ways[states - 1] ?? 0);
}
const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
