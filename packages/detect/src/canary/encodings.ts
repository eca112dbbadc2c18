import { reversed, toBuffer } from './bytes.ts';
import { compressed, unmarked } from './decode/compressed.ts';
import { digits, html, json, quoted, url, utf7, utf8, utf16 } from './decode/escapes.ts';
import { binary, charCodes, gaps, spaced } from './decode/lists.ts';
import { lzBytes, lzText } from './decode/lz.ts';
import { png } from './decode/png.ts';
import { base32, base64, base85, hex, large } from './decode/radix.ts';
import { KIND, LIST, type Scan, scan } from './scan.ts';

/** One way of writing a value that hides it from a plain search. */
export interface Encoding {
  readonly name: string;
  /** No honest form or script writes a card number so; it is done to hide. */
  readonly disguise: boolean;
  /** Every reading of a byte text under this encoding that might say something; nothing when it says nothing. */
  readonly decode: (text: string, seen?: Seen) => readonly string[];
  /** Encoded, and a part of what decoding must give. */
  readonly example: readonly [encoded: string, plain: string];
}
/** What a scan has told of the text already. */
type Seen = Pick<Scan, 'runs' | 'binary' | 'lists'>;

/** Decoded bytes worth a further look: some text in one of the usual widths, or something compressed. */
const PROMISING =
  // oxlint-disable-next-line no-control-regex -- zero bytes are what UTF-16 is recognised by
  /[\x20-\x7e]{12}|(?:[\x20-\x7e]\0){12}|(?:\0[\x20-\x7e]){12}|(?:[\xc2-\xf4][\x80-\xbf]{1,3}){8}|^\x1f\x8b|^x[\x01\x5e\x9c\xda]|^\x89PNG/;
export const isPromising = (text: string): boolean => PROMISING.test(text);

const listed =
  (kind: number, decode: (text: string) => readonly string[]) =>
  (text: string, seen: Seen = scan(text)): readonly string[] =>
    (seen.lists & kind) !== 0 ? decode(text) : [];
const binaries =
  (decode: (text: string) => readonly string[]) =>
  (text: string, seen: Seen = scan(text)): readonly string[] =>
    seen.binary > 0 ? decode(text) : [];

/** Runs tried as lz-string's: words are refused after a few bits, so many cost little. */
const MAX_RUNS = 200;
const lz = (text: string, seen: Seen = scan(text)): readonly string[] =>
  seen.runs
    .slice(0, MAX_RUNS)
    .filter(
      ({ kinds }) =>
        (kinds & (KIND.upper | KIND.upperHex)) !== 0 && (kinds & (KIND.lower | KIND.lowerHex)) !== 0,
    )
    .flatMap(({ start, end }) => lzText(text.slice(start, end)))
    .filter(isPromising);

/** Cheap and likely ones first: the first reading that shows the value is the one reported. */
export const ENCODINGS: readonly Encoding[] = [
  { name: 'url', disguise: false, decode: url, example: ['n=%34%31+%31', 'n=41 1'] },
  { name: 'json', disguise: false, decode: json, example: ['"\\u0034\\x31\\061"', '"411"'] },
  { name: 'html', disguise: true, decode: html, example: ['&#52;&#x31;&nbsp;1', '41 1'] },
  { name: 'quoted-printable', disguise: false, decode: quoted, example: ['n=3D=34=31', 'n=41'] },
  { name: 'utf-16', disguise: false, decode: binaries(utf16), example: ['\x004\x002', '42'] },
  { name: 'utf-8', disguise: false, decode: binaries(utf8), example: ['\xc2\xb4\xc3\xa1', '\xb4\xe1'] },
  { name: 'utf-7', disguise: true, decode: utf7, example: ['n+AD0ANAAx-', 'n=41'] },
  { name: 'digits', disguise: true, decode: digits, example: ['\xd9\xa4\xd9\xa9'.repeat(4), '49494949'] },
  { name: 'spaced', disguise: false, decode: gaps, example: ['%3 4%-39', '%34%39'] },
  {
    name: 'spaced',
    disguise: false,
    decode: listed(LIST.groups, spaced),
    example: ['NDkx-NjMz-ODUw-NjA4-Mg', 'NDkxNjMzODUwNjA4Mg'],
  },
  {
    name: 'base64',
    disguise: true,
    decode: (text, seen) => base64(text, seen?.runs),
    example: ['xNDkwMDExMTEyMjIy', '490011112222'],
  },
  {
    name: 'hex',
    disguise: true,
    decode: (text, seen) => hex(text, seen?.runs, seen === undefined || (seen.lists & LIST.pairs) !== 0),
    example: ['34:39:30:30:31:31:31:31:32:32:32:32', '490011112222'],
  },
  {
    name: 'char-codes',
    disguise: true,
    decode: listed(LIST.codes, charCodes),
    example: ['[52,57,48,48,49,49,49,49,50,50,50,50]', '490011112222'],
  },
  {
    name: 'binary',
    disguise: true,
    decode: binary,
    example: ['00110100 00111001 '.repeat(6), '494949494949'],
  },
  {
    name: 'base32',
    disguise: true,
    decode: (text, seen) => base32(text, seen?.runs),
    example: ['GQ4TAMBRGEYTCMRSGIZA', '490011112222'],
  },
  {
    name: 'base62',
    disguise: true,
    decode: (text, seen) => large(text, seen?.runs),
    example: ['2bkUvkhN3tssTjwFopyzvwVhDaAWcQsPnWZ7', '490011112222'],
  },
  {
    name: 'base85',
    disguise: true,
    decode: base85,
    example: ['1c[6D0ekC;1,:U?Hnd?/1GO891H0\\I+@6', '490011112222'],
  },
  {
    name: 'compressed',
    disguise: true,
    decode: compressed,
    example: ['x\x9c3\xb1400\x04\x02# \0\0\x0fm\x02Z', '490011112222'],
  },
  {
    name: 'lz-string',
    disguise: true,
    decode: lz,
    example: [
      'N4IgdgrgtgRgpgJxALhAFgJwAYsEZ+4BMxhIANCHAB4AOKI+A9AMy7kgDGAbl/QOzM+7MAEMocegEEABACEQAXyA',
      '490011112222',
    ],
  },
  {
    name: 'picture',
    disguise: true,
    decode: (text) => (text.includes('\x89PNG') ? png(text) : []),
    example: ['\x89PNG\r\n\x1a\n\0\0\0\x18zTXtk\0\0x\x9c3\xb1400\x04\x02# \0\0\x0fm\x02Z', '490011112222'],
  },
];

/** What may be tried on bytes that say nothing as they are; dear, so only on few. */
export const LAST_RESORTS: readonly Pick<Encoding, 'name' | 'decode'>[] = [
  { name: 'compressed', decode: unmarked },
  { name: 'lz-string', decode: lzBytes },
];

const rot13 = (text: string): string => {
  const bytes = toBuffer(text);
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] ?? 0;
    const first = code & 0x60;
    if (first >= 0x40 && code > first && code <= first + 26)
      bytes[i] = first + 1 + ((code - first + 12) % 26);
  }
  return bytes.toString('latin1');
};
const swapCase = (text: string): string => {
  const bytes = toBuffer(text);
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i] ?? 0;
    const letter = code & 0x5f;
    if (code >= 0x40 && letter > 0x40 && letter <= 0x5a) bytes[i] = code ^ 0x20;
  }
  return bytes.toString('latin1');
};
/** Games with the characters of a whole text: played only on what could not be read otherwise. */
export const GAMES: readonly Pick<Encoding, 'name' | 'decode'>[] = [
  { name: 'reversed', decode: (text) => [reversed(text)] },
  { name: 'rot13', decode: (text) => [rot13(text)] },
  { name: 'case', decode: (text) => [swapCase(text)] },
];

const PLAIN: ReadonlySet<string> = new Set(
  ENCODINGS.filter((encoding) => !encoding.disguise).map((encoding) => encoding.name),
);
/** Was a value written so in order to hide it? */
export const isDisguise = (encodings: readonly string[]): boolean =>
  encodings.some((name) => !PLAIN.has(name));
