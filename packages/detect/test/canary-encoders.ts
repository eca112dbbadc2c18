/**
 * The ways of hiding a typed card that the search is held to, each written here from its definition: nothing is shared
 * with the decoders, or the table would prove nothing.
 */
import { createHash, createHmac } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Canary } from '@komainu/model';

type Card = Canary['card'];
export type Payload = string | Uint8Array;

const ascii = (text: string): Buffer => Buffer.from(text, 'utf8');
const chars = (text: string): readonly string[] => Array.from(text);
const codes = (text: string): readonly number[] => chars(text).map((c) => c.charCodeAt(0));
const pad = (text: string, width: number): string => text.padStart(width, '0');
const each = (text: string, write: (code: number, c: string, at: number) => string): string =>
  chars(text)
    .map((c, at) => write(c.charCodeAt(0), c, at))
    .join('');
/** What a skimmer makes of a form. */
const whole = ({ number, expiry, code, holder }: Card): string =>
  JSON.stringify({ number, exp: expiry, cvv: code, name: holder });
const joined = ({ number, expiry, code, holder }: Card): string => [number, expiry, code, holder].join('|');

function inBase(bytes: Buffer, alphabet: string): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let out = '';
  while (value > 0n) {
    out = alphabet.charAt(Number(value % BigInt(alphabet.length))) + out;
    value /= BigInt(alphabet.length);
  }
  return out;
}
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => pad(byte.toString(2), 8)).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five.padEnd(5, '0'), 2)))
    .join('');
}

function ascii85(bytes: Buffer): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const part = bytes.subarray(at, at + 4);
    let value = Buffer.concat([part, Buffer.alloc(4 - part.length)]).readUInt32BE();
    const digits: number[] = [];
    for (let i = 0; i < 5; i++) {
      digits.unshift(value % 85);
      value = Math.floor(value / 85);
    }
    out += String.fromCharCode(...digits.slice(0, part.length + 1).map((digit) => digit + 33));
  }
  return out;
}

const caesar = (text: string, by: number): string =>
  text.replace(/[a-z]/gi, (c) => {
    const first = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - first + by) % 26) + first);
  });
const rot47 = (text: string): string => each(text, (c) => String.fromCharCode(33 + ((c - 33 + 47) % 94)));
const backwards = (text: string): string => Array.from(text).toReversed().join('');
const b64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');

const xor = (bytes: Buffer, key: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, i) => byte ^ (key[i % key.length] ?? 0)));
const add = (bytes: Buffer, key: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, i) => (byte + (key[i % key.length] ?? 0)) & 0xff));
const KEY = Buffer.from('9f3ac7511be8d2640d97a1f05c3e8842', 'hex');

/** Symbols for symbols: one for each letter of an alphabet, in an order nobody else knows. */
const substitute = (text: string, from: string, to: string): string =>
  text.replace(/[^]/g, (c) => (from.includes(c) ? to.charAt(from.indexOf(c)) : c));
const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=';
const SHUFFLED = 'q3ZxTf7LmKw0RbYuE5cVh1PaJ9sGnDiX2oBvMzt8HyQdFj6lSgWkA4rCpUNeOI_-.';

/** The compressor of lz-string, from its published description: codes of growing width, low bit first. */
export function lz(text: string, width: number): readonly number[] {
  const known = new Map<string, number>();
  const fresh = new Set<string>();
  const bits: number[] = [];
  let size = 2;
  let room = 2;
  let next = 3;
  const emit = (value: number, count: number): void => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1);
  };
  const grow = (): void => {
    if (--room === 0) room = 2 ** size++;
  };
  const write = (word: string): void => {
    if (fresh.delete(word)) {
      const code = word.charCodeAt(0);
      emit(code < 256 ? 0 : 1, size);
      emit(code, code < 256 ? 8 : 16);
      grow();
    } else emit(known.get(word) ?? 0, size);
    grow();
  };
  let word = '';
  for (const c of text.split('')) {
    if (!known.has(c)) {
      known.set(c, next++);
      fresh.add(c);
    }
    if (known.has(word + c)) word += c;
    else {
      write(word);
      known.set(word + c, next++);
      word = c;
    }
  }
  if (word !== '') write(word);
  emit(2, size);
  // The last symbol is always filled up, even when it is empty.
  do bits.push(0);
  while (bits.length % width !== 0);
  const out: number[] = [];
  for (let at = 0; at < bits.length; at += width)
    out.push(bits.slice(at, at + width).reduce((value, bit) => value * 2 + bit, 0));
  return out;
}
const lzBase64 = (text: string): string => {
  const out = lz(text, 6)
    .map((symbol) => STANDARD.charAt(symbol))
    .join('');
  return out.padEnd(Math.ceil(out.length / 4) * 4, '=');
};
const lzUri = (text: string): string =>
  lz(text, 6)
    .map((symbol) => `${STANDARD.slice(0, 62)}+-`.charAt(symbol))
    .join('');
const lzUtf16 = (text: string): string =>
  `${lz(text, 15)
    .map((symbol) => String.fromCharCode(symbol + 32))
    .join('')} `;
const lzBytes = (text: string): Buffer =>
  Buffer.from(lz(text, 16).flatMap((symbol) => [symbol >> 8, symbol & 255]));

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
function png(rows: readonly Buffer[], width: number, extra: readonly Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(rows.length, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const chunk = (type: string, body: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(body.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc(Buffer.concat([ascii(type), body])));
    return Buffer.concat([size, ascii(type), body, sum]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    ...extra.map((body) => chunk('tEXt', body)),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
/** A canvas of one row: a character to the red of a pixel, the row predicted from its left as browsers do. */
function pixels(text: string): Buffer {
  const plain = Buffer.from(codes(text).flatMap((code) => [code, 7, 9, 255]));
  const row = Buffer.from(plain.map((byte, i) => (byte - (i >= 4 ? (plain[i - 4] ?? 0) : 0)) & 255));
  return png([Buffer.concat([Buffer.from([1]), row])], text.length);
}

/** A length-delimited string and a varint, as protobuf writes them. */
function protobuf({ number, expiry }: Card): Buffer {
  const field = (tag: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  return Buffer.concat([Buffer.from([8, 150, 1]), field(18, ascii(number)), field(26, ascii(expiry))]);
}
function varint(number: string): Buffer {
  const out: number[] = [];
  let value = BigInt(number);
  while (value >= 128n) {
    out.push(Number(value & 127n) | 128);
    value >>= 7n;
  }
  return Buffer.from([8, ...out, Number(value), 16, 3]);
}

const digest = (algorithm: string, text: string): Buffer => createHash(algorithm).update(text).digest();
const digits = (number: string, change: (digit: number, at: number) => number): string =>
  each(number, (_, c, at) => String(((change(Number(c), at) % 10) + 10) % 10));

/** Rows whose bytes do not survive a channel of text are sent as the script would send them: see the channels. */
export const ENCODERS: Readonly<Record<string, (card: Card) => Payload>> = {
  plain: whole,
  'grouped by spaces': ({ number }) => number.replace(/(.{4})(?=.)/g, '$1 '),
  'grouped by dots': ({ number }) => number.replace(/(.{4})(?=.)/g, '$1.'),
  'digit by digit': ({ number }) => chars(number).join(','),
  'full-width digits': ({ number }) => each(number, (c) => String.fromCharCode(c - 48 + 0xff10)),
  'Arabic digits': ({ number }) => each(number, (c) => String.fromCharCode(c - 48 + 0x660)),
  'url, each byte': ({ number }) => each(number, (c) => `%${c.toString(16)}`),
  'url, twice': ({ number }) => each(number, (c) => `%25${c.toString(16)}`),
  'html entities': ({ number }) => each(number, (c) => `&#${c};`),
  'html entities, hexadecimal': ({ number }) => each(number, (c) => `&#x${c.toString(16)};`),
  'unicode escapes': ({ number }) => each(number, (c) => `\\u${pad(c.toString(16), 4)}`),
  'hexadecimal escapes': ({ number }) => each(number, (c) => `\\x${c.toString(16)}`),
  'octal escapes': ({ number }) => each(number, (c) => `\\${pad(c.toString(8), 3)}`),
  'css escapes': ({ number }) => each(number, (c) => `\\${c.toString(16)} `),
  'UTF-16LE': (card) => Buffer.from(whole(card), 'utf16le'),
  'UTF-16BE': (card) => Buffer.from(whole(card), 'utf16le').swap16(),
  'UTF-7': ({ number }) => `+${b64(Buffer.from(number, 'utf16le').swap16()).replace(/=+$/, '')}-`,
  'quoted-printable': ({ number }) => each(number, (c) => `=${c.toString(16).toUpperCase()}`),
  base64: (card) => b64(whole(card)),
  'base64, second alignment': ({ number }) => b64(`n${number}`),
  'base64, third alignment': ({ number }) => b64(`n:${number}`),
  'base64, url-safe': (card) => Buffer.from(whole(card)).toString('base64url'),
  'base64, twice': (card) => b64(b64(whole(card))),
  'base64, thrice': (card) => b64(b64(b64(whole(card)))),
  'base64, own alphabet': (card) => substitute(b64(whole(card)), STANDARD, SHUFFLED),
  'base64, backwards': (card) => backwards(b64(whole(card))),
  'base64 of backwards': (card) => b64(backwards(whole(card))),
  'base64, rot13': (card) => caesar(b64(whole(card)), 13),
  'base64, Caesar 7': (card) => caesar(b64(whole(card)), 7),
  'base64, case swapped': (card) =>
    each(b64(whole(card)), (_, c) => (c < 'a' ? c.toLowerCase() : c.toUpperCase())),
  'base64, lower case': ({ number }) => b64(number).toLowerCase(),
  base32: (card) => base32(ascii(whole(card))),
  'base58 of text': (card) => inBase(ascii(joined(card)), BASE58),
  'base58 of the number': ({ number }) =>
    inBase(Buffer.from(pad(BigInt(number).toString(16), 16), 'hex'), BASE58),
  'base62 of text': ({ number }) => inBase(ascii(number), BASE62),
  'base36 of the number': ({ number }) => Number(number).toString(36),
  ascii85: (card) => ascii85(ascii(joined(card))),
  hex: (card) => ascii(whole(card)).toString('hex'),
  'HEX, upper case': ({ number }) => ascii(number).toString('hex').toUpperCase(),
  'hex, separated': ({ number }) =>
    codes(number)
      .map((c) => c.toString(16))
      .join(':'),
  'hex, then base64': (card) => b64(ascii(whole(card)).toString('hex')),
  'character codes': (card) => JSON.stringify(codes(whole(card))),
  'character codes, run together': ({ number }) => codes(number).join(''),
  'octal codes': ({ number }) =>
    codes(number)
      .map((c) => c.toString(8))
      .join(' '),
  'binary codes': ({ number }) =>
    codes(number)
      .map((c) => pad(c.toString(2), 8))
      .join(' '),
  'binary, run together': ({ number }) =>
    codes(number)
      .map((c) => pad(c.toString(2), 8))
      .join(''),
  'packed decimals': ({ number }) => Buffer.from(number, 'hex'),
  '64-bit integer': ({ number }) => {
    const out = Buffer.alloc(12);
    out.writeBigUInt64BE(BigInt(number), 3);
    return out;
  },
  double: ({ number }) => {
    const out = Buffer.alloc(12);
    out.writeDoubleLE(Number(number), 2);
    return out;
  },
  protobuf,
  varint: ({ number }) => varint(number),
  reversed: ({ number }) => backwards(number),
  rot47: (card) => rot47(joined(card).replaceAll(' ', '_')),
  'digits shifted by 3': ({ number }) => digits(number, (d) => d + 3),
  'digits complemented': ({ number }) => digits(number, (d) => 9 - d),
  'digits shifted by place': ({ number }) => digits(number, (d, at) => d + at),
  'halves swapped': ({ number }) => number.slice(8) + number.slice(0, 8),
  'pairs swapped': ({ number }) => number.replace(/(.)(.)/g, '$2$1'),
  'rail fence': ({ number }) => number.replace(/(.)./g, '$1') + number.replace(/.(.)/g, '$1'),
  'digits for letters': ({ number }) => substitute(number, '0123456789', 'qmxtzkwvpb'),
  'digits for digits': ({ number }) => substitute(number, '0123456789', '7204956138'),
  'digits for words': ({ number }) =>
    substitute(number, '0123456789', 'kfxqjzwmvp').replace(/./g, (c) => `${c}a${c}`),
  'digits for emoji': ({ number }) =>
    each(number, (_, c) => Array.from('🍎🍌🍒🍇🍉🍓🍑🍍🥝🍋')[Number(c)] ?? ''),
  'letters in between': ({ number }) => each(number, (_, c, at) => c + 'kqzwxvbnmjhgfdsa'.charAt(at)),
  'digits in between': ({ number }) => each(number, (_, c, at) => c + '8301746592038475'.charAt(at)),
  'xor one byte, hex': (card) => xor(ascii(whole(card)), KEY.subarray(0, 1)).toString('hex'),
  'xor one byte, base64': (card) => b64(xor(ascii(whole(card)), KEY.subarray(1, 2))),
  'xor one byte, bytes': ({ number }) => xor(ascii(number), KEY.subarray(2, 3)),
  'xor low byte, text': ({ number }) => xor(ascii(number), Buffer.from([5])).toString('latin1'),
  'xor 4 bytes, hex': (card) => xor(ascii(whole(card)), KEY.subarray(0, 4)).toString('hex'),
  'xor 8 bytes, base64': (card) => b64(xor(ascii(whole(card)), KEY.subarray(0, 8))),
  'xor 13 bytes, base64': (card) => b64(xor(ascii(whole(card)), KEY.subarray(0, 13))),
  'xor 16 bytes, hex': (card) => xor(ascii(whole(card)), KEY).toString('hex'),
  'xor of base64, hex': (card) => xor(ascii(b64(whole(card))), KEY.subarray(0, 3)).toString('hex'),
  'xor with a count, hex': ({ number }) =>
    Buffer.from(codes(number).map((c, at) => (c ^ (at + 77)) & 255)).toString('hex'),
  'bytes rotated by 113, base64': (card) => b64(add(ascii(whole(card)), Buffer.from([113]))),
  'bytes rotated by 5 keys, hex': (card) => add(ascii(whole(card)), KEY.subarray(0, 5)).toString('hex'),
  gzip: (card) => gzipSync(whole(card)),
  'gzip, base64': (card) => b64(gzipSync(whole(card))),
  deflate: (card) => deflateSync(whole(card)),
  'deflate, raw': (card) => deflateRawSync(whole(card)),
  'deflate, raw, base64': (card) => b64(deflateRawSync(whole(card))),
  brotli: (card) => brotliCompressSync(whole(card)),
  'lz-string, base64': (card) => lzBase64(whole(card)),
  'lz-string, for addresses': (card) => lzUri(whole(card)),
  'lz-string, UTF-16': (card) => lzUtf16(whole(card)),
  'lz-string, bytes': (card) => lzBytes(whole(card)),
  'picture, pixels': (card) => pixels(whole(card)),
  'picture, text': (card) => png([Buffer.from([0, 1, 2, 3, 255])], 1, [ascii(`Comment\0${whole(card)}`)]),
  'picture as a data address': (card) => `data:image/png;base64,${b64(pixels(whole(card)))}`,
  'MD5, hex': ({ number }) => digest('md5', number).toString('hex'),
  'SHA-1, base64': ({ number }) => digest('sha1', number).toString('base64'),
  'SHA-256, hex': ({ number }) => digest('sha256', number).toString('hex'),
  'SHA-256, cut to 16': ({ number }) => digest('sha256', number).toString('hex').slice(0, 16),
  'SHA-256, bytes': ({ number }) => digest('sha256', number),
  'SHA-512 of the spaced number': ({ number }) =>
    digest('sha512', number.replace(/(.{4})(?=.)/g, '$1 ')).toString('hex'),
  'SHA-256 with expiry and code': ({ number, expiry, code }) =>
    digest('sha256', `${number}|${expiry}|${code}`).toString('hex'),
  'SHA-256, salted with the session': ({ number }) => digest('sha256', SALT + number).toString('hex'),
  'HMAC-SHA-256, keyed with the host': ({ number }) =>
    createHmac('sha256', 'shop.test').update(number).digest('base64'),
  'without the first six': ({ number }) => number.slice(6),
  'without the last four': ({ number }) => number.slice(0, 12),
  'base64 of JSON in JSON': (card) => JSON.stringify({ a: 1, d: b64(JSON.stringify({ p: whole(card) })) }),
  'url of base64 of gzip': (card) => encodeURIComponent(b64(gzipSync(whole(card)))),
  'base64 of hex of xor': (card) => b64(xor(ascii(whole(card)), KEY.subarray(0, 2)).toString('hex')),
  'hex of reversed base64': (card) => ascii(backwards(b64(whole(card)))).toString('hex'),
  'rot13 of base64 of base64': (card) => caesar(b64(b64(whole(card))), 13),
  'html of hex of base64': ({ number }) => each(ascii(b64(number)).toString('hex'), (c) => `&#${c};`),
  'character codes of base64': (card) => codes(b64(whole(card))).join(','),
  'gzip of reversed': (card) => gzipSync(backwards(whole(card))),
};

/** A session that stands in a cookie of every message of the table. */
export const SALT = 's3ss-9d1f20c7ab';
