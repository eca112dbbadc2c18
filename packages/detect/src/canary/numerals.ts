import { ofBytes, toBuffer } from './bytes.ts';

export interface Numeral {
  readonly name: string;
  readonly text: string;
  /** Bytes rather than characters. */
  readonly raw: boolean;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
/** Alphabets in which people write a large number shorter. */
const ALPHABETS: readonly (readonly [name: string, alphabet: string])[] = [
  ['base32', `${UPPER}234567`],
  ['base32', '0123456789ABCDEFGHJKMNPQRSTVWXYZ'],
  ['base58', '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'],
  ['base58', '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'],
  ['base62', DIGITS + LOWER + UPPER],
  ['base62', DIGITS + UPPER + LOWER],
  ['base62', UPPER + LOWER + DIGITS],
  ['base64', `${UPPER}${LOWER}${DIGITS}+/`],
  ['base64', `${DIGITS}${LOWER}${UPPER}+/`],
  ['base64', `${DIGITS}${UPPER}${LOWER}-_`],
];

function inAlphabet(value: bigint, alphabet: string): string {
  const base = BigInt(alphabet.length);
  let out = '';
  for (let rest = value; rest > 0n; rest /= base) out = (alphabet[Number(rest % base)] ?? '') + out;
  return out;
}

function varint(value: bigint): string {
  let out = '';
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) out += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
  return out + String.fromCharCode(Number(rest));
}

/** Both orders of the bytes of a 64-bit integer and of a double. */
function words(value: bigint): readonly string[] {
  const view = new DataView(new ArrayBuffer(8));
  return [true, false].flatMap((little) => {
    view.setBigUint64(0, value, little);
    const integer = ofBytes(new Uint8Array(view.buffer.slice(0)));
    view.setFloat64(0, Number(value), little);
    return [integer, ofBytes(new Uint8Array(view.buffer.slice(0)))];
  });
}

/** A number taken as a number: in other bases, in packed decimals, as the integers and varints of binary formats. */
export function numeralsOf(number: string): readonly Numeral[] {
  const value = BigInt(number);
  const text = (name: string, of: string): Numeral => ({ name, text: of, raw: false });
  const raw = (name: string, of: string): Numeral => ({ name, text: of, raw: true });
  const even = number.length % 2 === 0 ? [number] : [`0${number}`, `${number}0`, `${number}f`];
  const packed = even.map((digits) => Buffer.from(digits, 'hex').toString('latin1'));
  const nibbles = (bytes: string): string =>
    toBuffer(bytes).reduce((all, b) => all + String.fromCharCode(((b & 15) << 4) | (b >> 4)), '');
  const codes = (base: number, width: number): string =>
    Array.from(number, (d) => d.charCodeAt(0).toString(base).padStart(width, '0')).join('');
  return [
    ...Array.from({ length: 35 }, (_, i) => i + 2)
      .filter((base) => base !== 10)
      .flatMap((base) => {
        const digits = value.toString(base);
        return [text(`base${base}`, digits), text(`base${base}`, digits.toUpperCase())];
      }),
    ...ALPHABETS.map(([name, alphabet]) => text(name, inAlphabet(value, alphabet))),
    text('binary', codes(2, 8)),
    text('binary', codes(2, 7)),
    text('binary', codes(2, 6)),
    text('binary', Array.from(number, (d) => Number(d).toString(2).padStart(4, '0')).join('')),
    text('octal', codes(8, 2)),
    text('octal', codes(8, 3)),
    text('char-codes', codes(10, 2)),
    text('char-codes', codes(10, 3)),
    text('hex', codes(16, 4)),
    ...packed.flatMap((bytes) => [raw('packed', bytes), raw('packed', nibbles(bytes))]),
    // One digit to a byte, without the 0x30 of its character.
    raw('packed', Array.from(number, (d) => String.fromCharCode(Number(d))).join('')),
    raw('varint', varint(value)),
    raw('varint', varint(value * 2n)),
    ...words(value).map((bytes) => raw('integer', bytes)),
  ];
}
