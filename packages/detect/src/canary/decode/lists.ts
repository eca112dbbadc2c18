import { byte } from './escapes.ts';

/** `[52,49,…]`: character codes, as `charCodeAt` gives them; also backwards, in octal and in binary. */
export function charCodes(text: string): readonly string[] {
  const out: string[] = [];
  for (const run of text.match(/(?:\d{1,3}[^\w\r\n]{1,3}){11,4000}\d{1,3}/g) ?? []) {
    const codes = run.match(/\d+/g) ?? [];
    const read = (base: number): string =>
      codes.map((code) => byte(Number.parseInt(code, base) & 0xff)).join('');
    out.push(read(10));
    if (!/[89]/.test(run)) out.push(read(8));
    const turned = codes.map((code) => Array.from(code).toReversed().join('')).toReversed();
    out.push(turned.map((code) => byte(Number(code) & 0xff)).join(''));
  }
  return out;
}

/** Bits, in groups or in one row. */
export function binary(text: string): readonly string[] {
  const out: string[] = [];
  for (const run of text.match(/(?:[01]{4,9}[ ,;:|_-]{0,2}){12,2000}/g) ?? []) {
    const parts = run.match(/[01]+/g) ?? [];
    if (parts.length >= 12) out.push(parts.map((part) => byte(Number.parseInt(part, 2) & 0xff)).join(''));
    const bits = parts.join('');
    for (const width of [8, 7]) {
      const groups = bits.match(new RegExp(`[01]{${width}}`, 'g')) ?? [];
      out.push(groups.map((part) => byte(Number.parseInt(part, 2))).join(''));
    }
  }
  return out;
}

/** Escapes with a gap in them are nothing but cut up: `%34% 39%3 1`. */
export const gaps = (text: string): readonly string[] =>
  /%[0-9a-f]?[ .:,|_*~-]{1,3}[0-9a-f]|&[ .:,|_*~-]{1,3}#|&#x?\d?[ .:,|_*~-]{1,3}\d|\\[ .:,|_*~-]{1,3}u/i.test(
    text,
  )
    ? [text.replace(/[ .:,|_*~-]/g, '')]
    : [];

const GAP = 3;
/** Groups of one length with separators between them: `NDEx MTEx-MTEx`. */
export function spaced(text: string): readonly string[] {
  const out: string[] = [];
  let parts: string[] = [];
  let end = -1;
  const close = (): void => {
    const whole = parts.join('');
    // Words of one length are nothing; base64, hexadecimal and escapes mix digits and letters of both cases.
    const kinds = [/\d/, /[a-z]/, /[A-Z]/, /[%&\\]/].filter((kind) => kind.test(whole)).length;
    if (parts.length >= 4 && whole.length >= 16 && kinds > 1) out.push(whole);
    parts = [];
  };
  for (const { 0: part, index } of text.matchAll(/[A-Za-z0-9+/=%&#;\\]{1,16}/g)) {
    const gap = index - end;
    if (parts.length > 0 && (gap > GAP || gap === 0 || part.length > (parts[0]?.length ?? 0))) close();
    parts.push(part);
    end = index + part.length;
    // Only the last group is shorter.
    if (part.length < (parts[0]?.length ?? 0)) close();
  }
  close();
  return out;
}
