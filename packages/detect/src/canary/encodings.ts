import { gunzipSync, inflateSync } from 'node:zlib';
import { ofBytes, ofString, reversed, toBuffer } from './bytes.ts';

/** One way of writing a value that hides it from a plain search. */
export interface Encoding {
  readonly name: string;
  /** No honest form or script writes a card number so; it is done to hide. */
  readonly disguise: boolean;
  /** Every reading of a byte text under this encoding that might say something; nothing when it says nothing. */
  readonly decode: (text: string) => readonly string[];
  /** Encoded, and a part of what decoding must give. */
  readonly example: readonly [encoded: string, plain: string];
}

/** Decoded bytes worth a further look: some text in one of the usual widths, or something compressed. */
const PROMISING =
  // oxlint-disable-next-line no-control-regex -- zero bytes are what UTF-16 is recognised by
  /[\x20-\x7e]{12}|(?:[\x20-\x7e]\0){12}|(?:\0[\x20-\x7e]){12}|(?:\xef\xbc[\x90-\x99]){12}|^\x1f\x8b|^x[\x01\x5e\x9c\xda]/;
const promising = (texts: readonly string[]): readonly string[] =>
  texts.filter((text) => PROMISING.test(text));

const changed = (before: string, after: string): readonly string[] => (after === before ? [] : [after]);
const byte = (code: number): string =>
  code < 256 ? String.fromCharCode(code) : ofString(String.fromCodePoint(code));
const entity = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base);
  return code <= 0x10ffff ? byte(code) : '';
};

const url = (text: string): readonly string[] =>
  changed(
    text,
    text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => entity(hex, 16)),
  );

/** In one pass: what one entity gives must not be read as the beginning of another. */
const html = (text: string): readonly string[] =>
  changed(
    text,
    text.replace(
      /&(?:#0{0,6}(\d{1,7});?|#x0{0,6}([0-9a-f]{1,6});?|(nbsp|hyphen|dash|sol|amp|plus|equals);)/gi,
      (_, decimal?: string, hex?: string, name?: string) =>
        decimal !== undefined
          ? entity(decimal, 10)
          : hex !== undefined
            ? entity(hex, 16)
            : (NAMED[name?.toLowerCase() ?? ''] ?? ''),
    ),
  );
const NAMED: Readonly<Record<string, string>> = {
  nbsp: ' ',
  hyphen: '-',
  dash: '-',
  sol: '/',
  amp: '&',
  plus: '+',
  equals: '=',
};

const json = (text: string): readonly string[] =>
  changed(
    text,
    text.replace(/\\u\{?0{0,4}([0-9a-f]{2,6})\}?|\\x([0-9a-f]{2})/gi, (_, u?: string, x?: string) =>
      entity(u ?? x ?? '', 16),
    ),
  );

/** Joined over line breaks, since MIME folds base64; four offsets, since other characters may stand before it. */
function base64(text: string): readonly string[] {
  const runs = text.replace(/\r?\n[ \t]*/g, '').match(/[A-Za-z0-9+/_-]{16,}/g) ?? [];
  return runs.flatMap((run) =>
    promising([0, 1, 2, 3].map((offset) => ofBytes(Buffer.from(run.slice(offset), 'base64')))),
  );
}

const ALPHABET32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
function base32(text: string): readonly string[] {
  const runs = text.match(/[A-Z2-7]{20,}|[a-z2-7]{20,}/g) ?? [];
  return runs.slice(0, 64).flatMap((run) => {
    const digits = Array.from(run.slice(0, 4096).toUpperCase(), (c) => ALPHABET32.indexOf(c));
    return promising([0, 1, 2, 3, 4, 5, 6, 7].map((offset) => pack(digits.slice(offset), 5)));
  });
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
function hex(text: string): readonly string[] {
  const runs = [
    ...(text.match(/[0-9a-f]{24,}/gi) ?? []),
    ...(text.match(/(?:(?:\\x|0x|=|%)?[0-9a-f]{2}[\s,:;_-]{0,2}){12,}/gi) ?? []).map((run) =>
      run.replace(/\\x|0x|[^0-9a-f]/gi, ''),
    ),
  ];
  return promising(
    [...new Set(runs)].flatMap((run) => [0, 1].map((at) => ofBytes(Buffer.from(run.slice(at), 'hex')))),
  );
}

/** `[52,49,…]`: character codes, as `charCodeAt` gives them. */
const charCodes = (text: string): readonly string[] =>
  promising(
    (text.match(/(?:\d{2,3}[\s,;|.:_-]{1,2}){11,}\d{2,3}/g) ?? []).map((run) =>
      (run.match(/\d+/g) ?? []).map((code) => byte(Number(code) & 0xff)).join(''),
    ),
  );

/** Short groups with separators between them: `NDEx MTEx-MTEx`. */
const spaced = (text: string): readonly string[] =>
  (text.match(/(?:[A-Za-z0-9+/=%&#;\\]{1,8}[ .:,|_*~-]{1,3}){4,}[A-Za-z0-9+/=%&#;\\]{1,8}/g) ?? []).map(
    (run) => run.replace(/[ .:,|_*~-]/g, ''),
  );

/** A page compresses with CompressionStream; more than this is not a card's worth. */
const MAX_INFLATED = 4 * 1024 * 1024;
function compressed(text: string): readonly string[] {
  const gzip = text.charCodeAt(0) === 0x1f && text.charCodeAt(1) === 0x8b;
  const zlib = text.charCodeAt(0) === 0x78 && ((0x78 << 8) | text.charCodeAt(1)) % 31 === 0;
  if (!gzip && !zlib) return [];
  try {
    return [ofBytes((gzip ? gunzipSync : inflateSync)(toBuffer(text), { maxOutputLength: MAX_INFLATED }))];
  } catch {
    return []; // Not compressed after all, or cut short: its bytes were searched as they are.
  }
}

/** Cheap and likely ones first: the first reading that shows the value is the one reported. */
export const ENCODINGS: readonly Encoding[] = [
  { name: 'url', disguise: false, decode: url, example: ['n=%34%31+%31', 'n=41 1'] },
  { name: 'json', disguise: false, decode: json, example: ['"\\u0034\\x31"', '"41"'] },
  { name: 'html', disguise: true, decode: html, example: ['&#52;&#x31;&nbsp;1', '41 1'] },
  { name: 'spaced', disguise: false, decode: spaced, example: ['ab-cd-ef-gh-ij', 'abcdefghij'] },
  { name: 'base64', disguise: true, decode: base64, example: ['xNDkwMDExMTEyMjIy', '490011112222'] },
  {
    name: 'hex',
    disguise: true,
    decode: hex,
    example: ['34:39:30:30:31:31:31:31:32:32:32:32', '490011112222'],
  },
  {
    name: 'char-codes',
    disguise: true,
    decode: charCodes,
    example: ['[52,57,48,48,49,49,49,49,50,50,50,50]', '490011112222'],
  },
  { name: 'reversed', disguise: true, decode: (text) => [reversed(text)], example: ['321', '123'] },
  { name: 'base32', disguise: true, decode: base32, example: ['GQ4TAMBRGEYTCMRSGIZA', '490011112222'] },
  {
    name: 'compressed',
    disguise: true,
    decode: compressed,
    example: ['x\x9c3\xb1400\x04\x02# \0\0\x0fm\x02Z', '490011112222'],
  },
];

const PLAIN: ReadonlySet<string> = new Set(
  ENCODINGS.filter((encoding) => !encoding.disguise).map((encoding) => encoding.name),
);
/** Was a value written so in order to hide it? */
export const isDisguise = (encodings: readonly string[]): boolean =>
  encodings.some((name) => !PLAIN.has(name));
