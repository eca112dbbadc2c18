import { isUtf8 } from 'node:buffer';
import { ofString, toBuffer } from '../bytes.ts';

const changed = (before: string, after: string): readonly string[] => (after === before ? [] : [after]);
export const byte = (code: number): string =>
  code < 256 ? String.fromCharCode(code) : ofString(String.fromCodePoint(code));
const entity = (digits: string, base: number): string => {
  const code = Number.parseInt(digits, base);
  return code <= 0x10ffff ? byte(code) : '';
};

export const url = (text: string): readonly string[] =>
  text.includes('%')
    ? changed(
        text,
        text.replaceAll('+', ' ').replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => entity(hex, 16)),
      )
    : [];

/** In one pass: what one entity gives must not be read as the beginning of another. */
export const html = (text: string): readonly string[] =>
  text.includes('&')
    ? changed(
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
      )
    : [];
const NAMED: Readonly<Record<string, string>> = {
  nbsp: ' ',
  hyphen: '-',
  dash: '-',
  sol: '/',
  amp: '&',
  plus: '+',
  equals: '=',
};

/** Escapes of JSON, JavaScript and C: `\u0034`, `\x34`, `\064`; and of CSS, `\34 ` and `\000034`. */
export const json = (text: string): readonly string[] =>
  text.includes('\\')
    ? [
        ...changed(
          text,
          text.replace(
            /\\u\{?0{0,4}([0-9a-f]{2,6})\}?|\\x([0-9a-f]{2})|\\([0-3][0-7]{2})/gi,
            (_, u?: string, x?: string, o?: string) =>
              o === undefined ? entity(u ?? x ?? '', 16) : entity(o, 8),
          ),
        ),
        ...changed(
          text,
          text.replace(/\\0{0,4}([2-7][0-9a-f])(?:[ \t]|(?![0-9a-f]))/gi, (_, hex: string) =>
            entity(hex, 16),
          ),
        ),
      ]
    : [];

/** MIME's, of mail and of some form posts. */
export const quoted = (text: string): readonly string[] =>
  /(?:=[0-9A-F]{2}){3}|\d=\r?\n\d/.test(text)
    ? changed(
        text,
        text.replace(/=\r?\n/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => entity(hex, 16)),
      )
    : [];

/** `+ADQAOQ-`: base64 of UTF-16 between a plus and a hyphen. */
export const utf7 = (text: string): readonly string[] =>
  text.includes('+A')
    ? changed(
        text,
        text.replace(/\+([A-Za-z0-9+/]{2,2000})-?/g, (whole, run: string) => {
          const bytes = Buffer.from(run, 'base64');
          return bytes.some((value, i) => i % 2 === 0 && value > 0x30)
            ? whole
            : bytes.toString('latin1').replaceAll('\0', '');
        }),
      )
    : [];

/** Either order of bytes: whatever stands in it, card data is of the first 256 characters. */
export function utf16(text: string): readonly string[] {
  const at = text.indexOf('\0');
  if (at < 0) return [];
  const bare = text.replaceAll('\0', '');
  return bare.length <= text.length * 0.75 && bare.length > 0 ? [bare] : [];
}

/** Bytes that a script kept in a string: what is above 0x7f went out as two bytes. */
export const utf8 = (text: string): readonly string[] =>
  // oxlint-disable-next-line no-control-regex -- bytes
  /[\xc2\xc3][\x80-\xbf]/.test(text) && isUtf8(toBuffer(text))
    ? [
        text.replace(/([\xc2\xc3])([\x80-\xbf])/g, (_, lead: string, last: string) =>
          String.fromCharCode(((lead.charCodeAt(0) & 3) << 6) | (last.charCodeAt(0) & 0x3f)),
        ),
      ]
    : [];

/** Digits of other scripts, circled, raised or ornamental ones. */
export function digits(text: string): readonly string[] {
  // oxlint-disable-next-line no-control-regex -- bytes
  if (!/[\xc2\xd9-\xf0][\x80-\xbf]/.test(text) || text.length > MAX_UNICODE) return [];
  const bytes = toBuffer(text);
  if (!isUtf8(bytes)) return [];
  const read = bytes.toString('utf8');
  const plain = read
    .normalize('NFKC')
    .replace(/[^\0-\x7f]/gu, (c) => (/\p{Nd}/u.test(c) ? String(valueOf(c)) : c));
  return plain.replace(/\D+/g, '').length - read.replace(/\D+/g, '').length >= 8
    ? [Buffer.from(plain, 'utf8').toString('latin1')]
    : [];
}
const MAX_UNICODE = 256 * 1024;
/** Unicode gives the digits of a script ten places in a row, from zero. */
function valueOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
