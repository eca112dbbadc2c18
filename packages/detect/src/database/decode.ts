const NAMED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  colon: ':',
  tab: '\t',
  newline: '\n',
  sol: '/',
  lpar: '(',
  equals: '=',
};

const point = (code: number): string =>
  code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';

/** HTML entities, with and without their semicolon, those an attack is written in. */
export const decodeEntities = (untrusted: string): string =>
  untrusted.replaceAll(
    /&(?:#0{0,8}(\d{1,7})|#x0{0,8}([0-9a-f]{1,6})|([a-z]{2,8}));?/gi,
    (whole, dec, hex, name) => {
      if (dec !== undefined) return point(Number(dec));
      if (hex !== undefined) return point(Number.parseInt(String(hex), 16));
      const key = String(name).toLowerCase();
      return Object.hasOwn(NAMED, key) ? (NAMED[key] ?? whole) : whole;
    },
  );

/** Bytes above ASCII are left as they are: no bracket is made of them. */
const decodePercent = (untrusted: string): string =>
  untrusted.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** Escapes of JavaScript, JSON and CSS. */
const decodeEscapes = (untrusted: string): string =>
  untrusted
    .replaceAll(/\\u\{0{0,8}([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi, (_, a, b, c) =>
      point(Number.parseInt(String(a ?? b ?? c), 16)),
    )
    .replaceAll(/\\0?([0-7]{2,3})/g, (_, octal: string) => point(Number.parseInt(octal, 8)))
    .replaceAll(/\\([/"'])/g, '$1');

/** Full-width letters and brackets, which some programs and character sets fold to ASCII. */
const decodeWidth = (untrusted: string): string =>
  untrusted.replaceAll(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));

const decodeUtf7 = (untrusted: string): string =>
  untrusted
    .replaceAll(/\+ADw-/g, '<')
    .replaceAll(/\+AD4-/g, '>')
    .replaceAll(/\+ACI-/g, '"');

/** base64 of "<script" and "<?php", wherever it begins on a border of three bytes. */
const decodeBase64 = (untrusted: string): string =>
  untrusted.replaceAll(/(?:PHNjcmlwd|PD9waH)[A-Za-z0-9+/]{0,65536}={0,2}/g, (found) =>
    Buffer.from(found, 'base64').toString('latin1'),
  );

const DECODERS = [decodeEntities, decodePercent, decodeEscapes, decodeWidth, decodeUtf7, decodeBase64];
/** One encoding around another; three are told by nobody's typing error. */
const ROUNDS = 3;
const MOST = 24;
/** Longer texts are decoded once. */
const LONG = 32 * 1024;

/** Every other reading of a text under the encodings that attacks come in; not the text itself. */
export function readingsOf(untrusted: string): readonly string[] {
  const readings = new Set([untrusted]);
  let last: readonly string[] = [untrusted];
  for (let round = 0; round < (untrusted.length > LONG ? 1 : ROUNDS) && last.length > 0; round++) {
    const fresh = last.flatMap((reading) => DECODERS.map((decode) => decode(reading)));
    last = [...new Set(fresh)].filter((reading) => !readings.has(reading)).slice(0, MOST - readings.size);
    for (const reading of last) readings.add(reading);
  }
  readings.delete(untrusted);
  return [...readings];
}
