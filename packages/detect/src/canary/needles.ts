import type { Canary } from '@komainu/model';
import { reversed, toBuffer } from './bytes.ts';
import { digestsOf } from './digests.ts';
import { SHORTEST } from './finder.ts';
import { numeralsOf } from './numerals.ts';
import { withoutSeparators } from './scan.ts';
import { shufflesOf } from './shuffles.ts';

export interface Needle {
  readonly text: string;
  /** Outermost first; empty: as typed. */
  readonly encodings: readonly string[];
  /** The number without its first six: ten digits are a telephone or a time somewhere, so they must stand alone. */
  readonly tail?: boolean;
}
export interface Needles {
  /** To be looked for in texts without their separators. */
  readonly texts: readonly Needle[];
  /** To be looked for in bytes as they are. */
  readonly raw: readonly Needle[];
}

/** Fewer digits of a number in a row are a BIN, the last four, or chance; twelve are neither. */
const ENOUGH_DIGITS = 12;

/** The shortest runs of a number that give it away, plain and in groups of four. */
function runs(number: string): readonly string[] {
  const windows: string[] = [];
  for (let at = 0; at + ENOUGH_DIGITS <= number.length; at++)
    windows.push(number.slice(at, at + ENOUGH_DIGITS));
  const groups = number.match(/\d{1,4}/g) ?? [];
  for (const separator of [' ', '-'])
    for (let at = 0; at + 3 <= groups.length; at++) windows.push(groups.slice(at, at + 3).join(separator));
  return windows;
}

/** The characters of base64 that a value fixes wherever it stands in what is encoded: one text per alignment. */
export function cores(value: string): readonly string[] {
  return [0, 1, 2].map((before) => {
    const whole = toBuffer('\0'.repeat(before) + value)
      .toString('base64')
      .replace(/=+$/, '');
    // Characters that share bits with an unknown neighbour are left off at both ends.
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + value.length) * 8) / 6);
    return whole.slice(start, end);
  });
}

/** The same of base85: groups of four bytes that lie whole inside the value, for each of four alignments. */
function cores85(value: string, alphabet: (digit: number) => string): readonly string[] {
  return [0, 1, 2, 3].map((skip) => {
    let out = '';
    for (let at = skip; at + 4 <= value.length; at += 4) {
      let group = toBuffer(value).readUInt32BE(at);
      let five = '';
      for (let i = 0; i < 5; i++) {
        five = alphabet(group % 85) + five;
        group = Math.floor(group / 85);
      }
      out += five;
    }
    return out;
  });
}
const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const B85 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const ALPHABETS85: readonly ((digit: number) => string)[] = [
  (digit) => String.fromCharCode(33 + digit),
  (digit) => Z85[digit] ?? '',
  (digit) => B85[digit] ?? '',
];

const turn = (from: number, to: number, by: number) => (text: string) =>
  text.replace(/[!-~]/g, (c) => {
    const code = c.charCodeAt(0);
    return code < from || code > to ? c : String.fromCharCode(((code - from + by) % (to - from + 1)) + from);
  });
const rot13 = (text: string): string => turn(65, 90, 13)(turn(97, 122, 13)(text));
const swapCase = (text: string): string =>
  text.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
/** Games with the characters of a text as a whole: what an inventive author does to the base64 of the others. */
const GAMES: readonly (readonly [name: string, play: (text: string) => string])[] = [
  ['rot13', rot13],
  ['rot47', turn(33, 126, 47)],
  ['case', swapCase],
  ['case', (text) => text.toLowerCase()],
  ['case', (text) => text.toUpperCase()],
];

const hexOf = (text: string): string => toBuffer(text).toString('hex');
/** A text under base64 at each alignment and hexadecimal, and those once more under each other. */
function wrapped(value: string): readonly Needle[] {
  const once = [
    ...cores(value).map((text) => ({ text, encodings: ['base64'] })),
    { text: hexOf(value), encodings: ['hex'] },
  ];
  return [
    ...once,
    ...once.flatMap(({ text, encodings }) => [
      ...cores(text).map((core) => ({ text: core, encodings: ['base64', ...encodings] })),
      { text: hexOf(text), encodings: ['hex', ...encodings] },
    ]),
  ];
}

/**
 * What to look for in a text without decoding it: the number plain, in base64 at each of its alignments and in
 * hexadecimal, up to twice, forwards and backwards and under games with the characters; its digits shuffled; the
 * number in other bases; its digests.
 */
export function needlesOf(card: Canary['card']): Needles {
  const texts = new Map<string, Needle>();
  const raw = new Map<string, Needle>();
  const keep = (
    into: Map<string, Needle>,
    text: string,
    encodings: readonly string[],
    tail = false,
  ): void => {
    const known = into.get(text);
    if (
      text.length >= SHORTEST &&
      (known === undefined || (!tail && encodings.length < known.encodings.length))
    )
      into.set(text, { text, encodings, ...(tail ? { tail } : {}) });
  };
  const add = (text: string, encodings: readonly string[]): void => {
    keep(texts, withoutSeparators(text), encodings);
  };
  const both = (text: string, encodings: readonly string[]): void => {
    add(text, encodings);
    add(reversed(text), ['reversed', ...encodings]);
  };

  for (const run of runs(card.number))
    for (const [value, inner] of [
      [run, []],
      [reversed(run), ['reversed']],
    ] as const)
      for (const { text, encodings } of [{ text: value, encodings: [] }, ...wrapped(value)]) {
        const all = [...encodings, ...inner];
        if (encodings.length > 0) both(text, all);
        else add(text, all);
        for (const [name, play] of GAMES) if (play(text) !== text) both(play(text), [name, ...all]);
      }
  for (const run of runs(card.number).slice(0, 5))
    for (const alphabet of ALPHABETS85) for (const text of cores85(run, alphabet)) both(text, ['base85']);
  for (const { name, text } of shufflesOf(card.number)) both(text, [name]);
  for (const { name, text, raw: bytes } of [...numeralsOf(card.number), ...digestsOf(card)]) {
    if (bytes) {
      keep(raw, text, [name]);
      keep(raw, reversed(text), ['reversed', name]);
    } else both(text, [name]);
  }
  const tail = card.number.slice(6);
  for (const { text, encodings } of [{ text: tail, encodings: [] }, ...wrapped(tail).slice(0, 4)])
    keep(texts, withoutSeparators(text), encodings, true);
  return { texts: [...texts.values()], raw: [...raw.values()] };
}
