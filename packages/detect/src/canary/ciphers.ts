import type { Canary } from '@komainu/model';
import { toBuffer } from './bytes.ts';
import {
  type Census,
  type Corpus,
  census,
  classOf,
  corpusOf,
  spanOf,
  textAt,
  tokensIn,
} from './cipher/corpus.ts';
import { decoysOf } from './cipher/decoys.ts';
import { chanceOf, matches, type Pattern, patternsOf } from './cipher/isomorph.ts';
import { BETWEEN_PIECES } from './search.ts';
import { counted, digitKeyed, type Keyed, keyed, longKeyed, unlock } from './cipher/keys.ts';

/** The number under a simple cipher. */
export interface Deciphered {
  /** Which of the texts. */
  readonly text: number;
  readonly encodings: readonly string[];
  /** How many such finds honest traffic of this size would give: see docs of {@link MOST_CHANCE}. */
  readonly chance: number;
  readonly views: readonly string[];
}

/**
 * The most false finds a visit that is reported may be expected to hold. The figure is that of characters drawn
 * independently with the frequencies of the visit itself; traffic is not so drawn, so every find must besides not be
 * had with any of {@link DECOYS} numbers that were never typed.
 */
const MOST_CHANCE = 1e-5;
const DECOYS = 64;
/** Finds looked into, of each kind; a text that is all likenesses is none of them. */
const MOST = 24;
const SHORTEST_PATTERN = 18;
/** As far around a find the decoys are tried. */
const AROUND = 32 * 1024;
/** Texts in which a long key is tried. */
const MAX_LONG = 2048;

/**
 * Looks for the number under keys, substitutions and among other characters, in the texts of a visit together; from
 * `bytesFrom` on they are decoded bytes that say nothing by themselves.
 */
export function decipher(
  card: Canary['card'],
  texts: readonly string[],
  bytesFrom = texts.length,
): readonly Deciphered[] {
  const corpus = corpusOf(texts);
  // The caller puts texts before bytes.
  const tokens = tokensIn(corpus, corpus.starts[bytesFrom] ?? 0, SHORTEST_PATTERN);
  const { number } = card;
  const { bytes } = corpus;
  const decoys = decoysOf(number, seedOf(bytes), DECOYS);
  const found: Deciphered[] = [];
  const known = new Set<number>();
  const add = (
    at: number,
    name: string,
    chance: number,
    views: (text: Buffer, at: number) => readonly string[],
  ): void => {
    const text = textAt(corpus, at);
    if (known.has(text) || chance > MOST_CHANCE) return;
    known.add(text);
    const [start, end] = spanOf(corpus, text);
    found.push({ text, encodings: [name], chance, views: views(bytes.subarray(start, end), at - start) });
  };

  for (const at of strided(bytes, number)) add(at, 'interleaved', bytes.length * 1e-15, () => [number]);
  const locks = (over: Buffer, digits: string): readonly Keyed[] => [
    ...keyed(over, digits, MOST),
    ...counted(over, digits, MOST),
    ...digitKeyed(over, digits, MOST),
  ];
  for (const one of locks(bytes, number)) {
    const chance = keyChance(corpus, one);
    if (chance > MOST_CHANCE || known.has(textAt(corpus, one.at))) continue;
    if (!control(corpus, one.at, decoys, (over, decoy) => locks(over, decoy).length > 0)) continue;
    add(one.at, one.kind, chance, (text, at) => [unlock(text, { ...one, at })]);
  }
  for (const pattern of patternsOf(number))
    for (const at of pattern.textual
      ? tokens.flatMap(([from, to]) => matches(bytes, from, to, pattern, MOST))
      : matches(bytes, 0, bytes.length, pattern, MOST)) {
      const chance = likeness(corpus, pattern, at);
      if (chance > MOST_CHANCE || known.has(textAt(corpus, at))) continue;
      const alike = (over: Buffer, decoy: string): boolean =>
        patternsOf(decoy).some(
          (one) => one.name === pattern.name && matches(over, 0, over.length, one, 1).length > 0,
        );
      if (!control(corpus, at, decoys, alike)) continue;
      add(
        at,
        pattern.name === 'digits' ? 'substituted' : `substituted ${pattern.name}`,
        chance,
        (text, inside) =>
          pattern.name === 'digits' && pattern.width === 1 ? [restored(text, inside, pattern, number)] : [],
      );
    }
  for (const [text, one] of texts.entries()) {
    if (known.has(text)) continue;
    for (const piece of one.split(BETWEEN_PIECES)) {
      if (piece.length > MAX_LONG || piece.length < 40 || !isStrange(piece)) continue;
      const plain = longKeyed(toBuffer(piece), number).find((open) => tells(open, card));
      if (plain === undefined) continue;
      found.push({ text, encodings: ['xor'], chance: 1e-9, views: [plain] });
      break;
    }
  }
  return found;
}

/** Nobody who writes a part of the traffic can work out the decoys, and so put them there to discredit a find. */
function seedOf(bytes: Uint8Array): number {
  let seed = 2019;
  for (let i = 0; i < bytes.length; i += 5) seed = Math.imul(seed ^ (bytes[i] ?? 0), 0x01000193);
  return seed >>> 0;
}

/** The number with something else before or after each of its digits, as of pixels or of UTF-32. */
function strided(bytes: Uint8Array, number: string): readonly number[] {
  const out: number[] = [];
  const turned = Array.from(number).toReversed().join('');
  for (const text of [toBuffer(number), toBuffer(turned)])
    for (const stride of [2, 3, 4, 8]) {
      const [first = 0, second = 0] = text;
      for (let at = bytes.indexOf(first); at >= 0 && out.length < MOST; at = bytes.indexOf(first, at + 1)) {
        if (bytes[at + stride] !== second) continue;
        let all = true;
        for (let i = 2; i < text.length && all; i++) all = bytes[at + i * stride] === text[i];
        if (all) out.push(at);
      }
    }
  return out;
}

/** Nothing of the kind is found around it for a number that was never typed. */
function control(
  corpus: Corpus,
  at: number,
  decoys: readonly string[],
  alike: (over: Buffer, decoy: string) => boolean,
): boolean {
  const [start, end] = spanOf(corpus, textAt(corpus, at));
  const over = corpus.bytes.subarray(Math.max(start, at - AROUND), Math.min(end, at + AROUND));
  return !decoys.some((decoy) => alike(over, decoy));
}

/** Expected false finds of a key: what each agreeing byte is worth depends on what the bytes are. */
function keyChance(corpus: Corpus, { at, known, period }: Keyed): number {
  const agreeing = period === 0 ? known.length - 2 : known.length - period;
  const set = classOf(corpus.bytes, at, at + known.length);
  const { counts, total } = census(corpus, set, at, at + known.length);
  // Two characters of such a text are the same, or stand in any one relation, about this often at most.
  const meeting = counts.reduce((sum, count) => sum + (count / Math.max(1, total)) ** 2, 0);
  const each = total < 256 ? 1 / 16 : Math.min(0.5, Math.max(meeting, 1 / 256));
  return Math.max(1, total) * 2 * 8 * each ** agreeing;
}

/** Expected false finds of a pattern: places it could stand at, times its chance there. */
function likeness(corpus: Corpus, pattern: Pattern, at: number): number {
  const to = at + pattern.firsts.length * pattern.width;
  const set = classOf(corpus.bytes, at, to);
  const seen = census(corpus, set, at, to);
  // Half a count for each character of the set: in a small visit what was not seen may still come.
  const counts = seen.counts.map((count, code) => count + (set[code] ?? 0) / 2);
  const spread: Census = { ...seen, counts, total: counts.reduce((sum, count) => sum + count, 0) };
  const places = seen.bounded ? seen.alike + 1 : Math.max(1, seen.total);
  return places * WAYS * chanceOf(pattern, spread);
}
/** Patterns that are tried. */
const WAYS = 13;

/** A text with the digits put back for what stands for them. */
function restored(text: Buffer, at: number, { firsts }: Pattern, number: string): string {
  const digits = number.length === firsts.length ? number : (number.match(/\d{1,4}/g) ?? []).join(' ');
  const back = new Map<number, number>();
  for (const [i, digit] of toBuffer(digits).entries()) back.set(text[at + i] ?? 0, digit);
  return Buffer.from(text.map((code) => back.get(code) ?? code)).toString('latin1');
}

/** A long random key leaves six bytes in ten outside ASCII's legible part; text with a key of letters is no such text. */
function isStrange(text: string): boolean {
  let strange = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) strange++;
  }
  return strange * 4 > text.length;
}

/** Does a text tell more of the card than its number? Digits within digits tell nothing. */
function tells(plain: string, { expiry, code, holder }: Canary['card']): boolean {
  const alone = (value: string): boolean => new RegExp(`(?<![0-9/])${value}(?![0-9/])`).test(plain);
  const dates = [expiry, expiry.replace('/', ''), expiry.replace('/', '/20')];
  const named = holder.length >= 6 && plain.toLowerCase().includes(holder.toLowerCase());
  return named || (dates.some(alone) && alone(code));
}
