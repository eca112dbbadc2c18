import { reversed, toBuffer } from './bytes.ts';

export interface Needle {
  readonly text: string;
  readonly encodings: readonly string[];
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
function cores(value: string): readonly string[] {
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

/**
 * What to look for in a text without decoding it: the value plain, in base64 at each of its three alignments, in
 * hexadecimal of both cases, each forwards and backwards, and the same of the value written backwards.
 */
export function needlesOf(number: string): readonly Needle[] {
  const found = new Map<string, Needle>();
  const add = (text: string, encodings: readonly string[]): void => {
    const known = found.get(text);
    if (known === undefined || encodings.length < known.encodings.length)
      found.set(text, { text, encodings });
  };
  for (const run of runs(number)) {
    for (const [value, inner] of [
      [run, []],
      [reversed(run), ['reversed']],
    ] as const) {
      add(value, inner);
      const hex = toBuffer(value).toString('hex');
      for (const [text, name] of [
        ...cores(value).map((core) => [core, 'base64'] as const),
        [hex, 'hex'] as const,
        [hex.toUpperCase(), 'hex'] as const,
      ]) {
        add(text, [name, ...inner]);
        add(reversed(text), ['reversed', name, ...inner]);
      }
    }
  }
  return [...found.values()];
}
