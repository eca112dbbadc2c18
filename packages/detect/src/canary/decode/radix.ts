import { ofBytes } from '../bytes.ts';
import { KIND, type Run, scan } from '../scan.ts';

/** Runs read for one text under the dear encodings: more are not a card's worth. */
const MAX_RUNS = 96;

const UPPERS = KIND.upper | KIND.upperHex;
const LOWERS = KIND.lower | KIND.lowerHex;

const CODES = (alphabet: string): Int8Array =>
  Int8Array.from({ length: 256 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));

/** A word, a path or a hexadecimal identifier says nothing as base64; mixed letters and digits may. */
const mixed = ({ kinds, start, end }: Run): boolean =>
  (kinds & UPPERS) !== 0 ? (kinds & (LOWERS | KIND.digit)) !== 0 : end - start > 400;

/** Bits of a sextet that say that the bytes around it are above 0x7f, for its place in a group of four. */
const HIGH = [0x20, 0x08, 0x02, 0] as const;
const SEXTETS = Int8Array.from({ length: 256 }, (_, code) => {
  const c = String.fromCharCode(code);
  const at = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(c);
  return at >= 0 ? at : c === '-' ? 62 : c === '_' ? 63 : 0;
});
const SENSIBLE = 16;
/** Does base64 begun at this offset give a dozen bytes below 0x80 in a row, as any text does? */
function sensible(run: string, offset: number): boolean {
  let streak = 0;
  for (let i = offset; i < run.length; i++) {
    const high = (SEXTETS[run.charCodeAt(i) & 0xff] ?? 0) & (HIGH[(i - offset) & 3] ?? 0);
    streak = high === 0 ? streak + 1 : 0;
    if (streak >= SENSIBLE) return true;
  }
  return false;
}

/** MIME folds base64 into lines. */
const folds = (text: string, { start, end }: Run): boolean =>
  end - start >= 48 &&
  /[\r\n]/.test(text[end] ?? '') &&
  /^\r?\n[ \t]{0,5}[A-Za-z0-9+/=]/.test(text.slice(end, end + 8));

/** Joined over line breaks; four offsets, since other characters may stand before it. */
export function base64(text: string, runs: readonly Run[] = scan(text).runs): readonly string[] {
  const folded = runs.some((run) => folds(text, run)) ? text.replace(/\r?\n[ \t]{0,16}/g, '') : text;
  const own = folded === text ? runs : scan(folded).runs;
  return own.flatMap((run) => (mixed(run) ? base64Of(folded.slice(run.start, run.end), run) : []));
}

function base64Of(written: string, { kinds }: Pick<Run, 'kinds'>): readonly string[] {
  const out = [ofBytes(Buffer.from(written, 'base64'))];
  for (const offset of [1, 2, 3])
    if (sensible(written, offset)) out.push(ofBytes(Buffer.from(written.slice(offset), 'base64')));
  // A path: its separator is a digit of base64 too.
  if ((kinds & KIND.mark) !== 0 && written.length < 2000 && written.includes('/'))
    for (const part of written.split('/'))
      if (part.length >= 12 && part.length < written.length) out.push(ofBytes(Buffer.from(part, 'base64')));
  return out;
}

/** Only what reads as text, or says that it is compressed: for runs that were played with and mostly say nothing. */
export function legible64(text: string, runs: readonly Run[]): readonly string[] {
  const out: string[] = [];
  for (const { start, end } of runs) {
    if (end - start > MAX_LEGIBLE) continue;
    const run = text.slice(start, end);
    for (const offset of [0, 1, 2, 3])
      if (sensible(run, offset) || (offset === 0 && /^(?:H4sI|eJ)/.test(run)))
        out.push(ofBytes(Buffer.from(run.slice(offset), 'base64')));
  }
  return out;
}
const MAX_LEGIBLE = 4096;

const LETTERS32 = [
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  '0123456789ABCDEFGHIJKLMNOPQRSTUV',
  '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
].map(CODES);
export function base32(text: string, runs: readonly Run[] = scan(text).runs): readonly string[] {
  const out: string[] = [];
  for (const run of runs) {
    if (out.length > MAX_RUNS) break;
    if ((run.kinds & (KIND.upper | KIND.lower)) === 0 || (run.kinds & KIND.digit) === 0) continue;
    const whole = text.slice(run.start, Math.min(run.end, run.start + 4096));
    for (const written of (run.kinds & KIND.mark) === 0 ? [whole] : whole.split(/[+/_-]/)) {
      // One case only.
      if (written.length < 20 || (written !== written.toUpperCase() && written !== written.toLowerCase()))
        continue;
      for (const codes of LETTERS32) {
        const digits = digitsOf(written.toUpperCase(), codes);
        if (digits !== null)
          for (let offset = 0; offset < 8; offset++) out.push(pack(digits.slice(offset), 5));
      }
    }
  }
  return out;
}

function pack(digits: readonly number[], bits: number): string {
  let out = '';
  let value = 0;
  let held = 0;
  for (const digit of digits) {
    value = ((value << bits) | digit) & 0xffff;
    held += bits;
    if (held >= 8) {
      held -= 8;
      out += String.fromCharCode((value >> held) & 0xff);
    }
  }
  return out;
}

/** Bare, or each byte with a mark before it (`\x34`, `0x34,`, `=34`) or a separator after it (`34:31`, `34 31`). */
export function hex(text: string, runs: readonly Run[] = scan(text).runs, pairs = true): readonly string[] {
  const out: string[] = [];
  for (const { start, end, kinds } of runs) {
    if ((kinds & (KIND.digit | KIND.lowerHex | KIND.upperHex)) === 0 || end - start < 16) continue;
    const whole = text.slice(start, end);
    const pure = (kinds & (KIND.lower | KIND.upper | KIND.mark)) === 0;
    // Digits alone are no hexadecimal of text, unless they are.
    // In a long run of base64 no hexadecimal begins.
    const mixture = (kinds & KIND.upper) !== 0 && (kinds & KIND.lower) !== 0 && end - start > 200;
    for (const run of pure ? [whole] : mixture ? [] : (whole.match(/[0-9a-f]{16,4000}/gi) ?? []))
      for (const at of [0, 1]) out.push(ofBytes(Buffer.from(run.slice(at), 'hex')));
  }
  if (!pairs) return out;
  for (const run of text.match(/(?:(?:\\x|0x|=|%)?[0-9a-f]{2}[\s,:;_-]{0,2}){12,4000}/gi) ?? []) {
    const bare = run.replace(/\\x|0x|[^0-9a-f]/gi, '');
    if (bare !== run) for (const at of [0, 1]) out.push(ofBytes(Buffer.from(bare.slice(at), 'hex')));
  }
  return out;
}

const LARGE: readonly (readonly [base: number, codes: Int8Array])[] = [
  '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
].map((alphabet) => [alphabet.length, CODES(alphabet)] as const);
const LARGE36 = [
  [36, CODES('0123456789abcdefghijklmnopqrstuvwxyz')],
  [36, CODES('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ')],
] as const;
/** Longer numbers cost the square of their length. */
const MAX_LARGE = 512;

/** Text taken as one large number and written in base 36, 58 or 62. */
export function large(text: string, runs: readonly Run[] = scan(text).runs): readonly string[] {
  const out: string[] = [];
  for (const { start, end, kinds } of runs) {
    if ((kinds & KIND.digit) === 0 || (kinds & (KIND.upper | KIND.lower)) === 0) continue;
    const run = text.slice(start, end);
    for (const written of (kinds & KIND.mark) === 0 ? [run] : run.split(/[+/_-]/)) {
      if (written.length < 20 || written.length > MAX_LARGE) continue;
      const one = (kinds & UPPERS) === 0 || (kinds & LOWERS) === 0;
      for (const [base, codes] of one ? LARGE36 : LARGE) {
        const bytes = endsLegibly(written, base, codes) ? bytesOf(written, base, codes) : null;
        if (bytes !== null) out.push(bytes);
      }
    }
  }
  return out;
}

/** Are the last three bytes of the number text? Worked out in small integers, so that chance runs cost little. */
function endsLegibly(written: string, base: number, codes: Int8Array): boolean {
  let value = 0;
  for (let i = 0; i < written.length; i++) {
    const digit = codes[written.charCodeAt(i) & 0xff] ?? -1;
    if (digit < 0) return false;
    value = (value * base + digit) & 0xffffff;
  }
  return [value & 0xff, (value >> 8) & 0xff, value >> 16].every((code) => code >= 0x20 && code < 0x7f);
}

function bytesOf(written: string, base: number, codes: Int8Array): string {
  let value = 0n;
  let part = 0;
  let scale = 1;
  for (let i = 0; i < written.length; i++) {
    part = part * base + (codes[written.charCodeAt(i) & 0xff] ?? 0);
    scale *= base;
    // Eight digits of any of these bases fit a double.
    if (i % 8 !== 7 && i !== written.length - 1) continue;
    value = value * BigInt(scale) + BigInt(part);
    part = 0;
    scale = 1;
  }
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex').toString('latin1');
}

const MAX_BASE85 = 16 * 1024;
const ALPHABETS85 = [
  Array.from({ length: 85 }, (_, i) => String.fromCharCode(33 + i)).join(''),
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
].map(CODES);
/** Ascii85 between its marks, or a text that is all of it in one of the three alphabets. */
export function base85(text: string): readonly string[] {
  if (text.length > MAX_BASE85) return [];
  const open = text.indexOf('<~');
  const shut = text.indexOf('~>', open + 2);
  const marked = open >= 0 && shut > open ? text.slice(open + 2, shut) : undefined;
  return (marked === undefined ? valuesIn(text) : [marked])
    .flatMap(of85)
    .filter((one) => MOSTLY_TEXT.test(one));
}

/** A text as a whole, or its one value. */
function valuesIn(text: string): readonly string[] {
  // Cut into values by the marks of a form or JSON it would not be one.
  if (/[^!-~\r\n]|[&?][a-z][\w.]*=|":[^,]{0,80},"/i.test(text)) return [];
  const values = [
    text,
    text.slice(text.indexOf('=') + 1),
    text.slice(text.indexOf(':"') + 2, text.lastIndexOf('"')),
  ];
  return [...new Set(values)].filter((value) => value.length >= 20 && isMarked(value));
}
/** In base85 of text an eighth of the characters and more are marks, and none is white space. */
function isMarked(value: string): boolean {
  let marks = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code <= 0x20) return false;
    const letter = code & 0xdf;
    if (!(code >= 0x30 && code <= 0x39) && !(letter >= 0x41 && letter <= 0x5a)) marks++;
  }
  return marks * 8 >= value.length;
}
// oxlint-disable-next-line no-control-regex -- the marks of zlib and gzip
const MOSTLY_TEXT = /[ -~]{12}|^x[\x01\x5e\x9c\xda]|^\x1f\x8b/;
const of85 = (value: string): readonly string[] =>
  ALPHABETS85.flatMap((codes, i) => {
    // Ascii85 writes four zero bytes as one letter.
    const digits = digitsOf(i === 0 ? value.replace(/\s+/g, '').replaceAll('z', '!!!!!') : value, codes);
    return digits === null ? [] : [groups85(digits)];
  });
function digitsOf(text: string, codes: Int8Array): readonly number[] | null {
  const digits: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const digit = codes[text.charCodeAt(i) & 0xff] ?? -1;
    if (digit < 0) return null;
    digits.push(digit);
  }
  return digits;
}
function groups85(digits: readonly number[]): string {
  const out = Buffer.alloc(Math.ceil(digits.length / 5) * 4);
  for (let at = 0, to = 0; at < digits.length; at += 5, to += 4) {
    let value = 0;
    for (let i = 0; i < 5; i++) value = value * 85 + (digits[at + i] ?? 84);
    if (value > 0xffffffff) return '';
    out.writeUInt32BE(value, to);
  }
  return out.toString('latin1', 0, Math.floor((digits.length * 4) / 5));
}
