/** Letters, digits and marks of base64, in a row. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** Which of {@link KIND} occur. */
  readonly kinds: number;
}

/** What one pass over a byte text tells; the joined bytes are in a buffer that the next scan overwrites. */
export interface Scan {
  /** Without separators, full-width digits made plain. */
  readonly joined: Uint8Array;
  readonly length: number;
  readonly runs: readonly Run[];
  /** Bytes above 0x7f or control characters other than white space. */
  readonly binary: number;
  /** Which of {@link LIST} occur. */
  readonly lists: number;
}
/** Short words in a row: of three digits at most; of two characters, or of four with a mark before; of one length. */
export const LIST = { codes: 1, pairs: 2, groups: 4 } as const;

export const KIND = { digit: 1, lowerHex: 2, lower: 4, upperHex: 8, upper: 16, mark: 32 } as const;
const WORD = 31;
/** Shorter runs hide no number. */
export const SHORTEST_RUN = 11;
const IN_A_ROW = 11;
const GROUPS = 4;

const KINDS = Uint8Array.from({ length: 256 }, (_, code) => {
  const c = String.fromCharCode(code);
  if (/[0-9]/.test(c)) return KIND.digit;
  if (/[a-f]/.test(c)) return KIND.lowerHex;
  if (/[g-z]/.test(c)) return KIND.lower;
  if (/[A-F]/.test(c)) return KIND.upperHex;
  if (/[G-Z]/.test(c)) return KIND.upper;
  return /[+/_-]/.test(c) ? KIND.mark : 0;
});

/** What people and formatters put between digits; zero bytes are UTF-16's. */
// oxlint-disable-next-line no-control-regex -- see above
const SEPARATOR = /[\t-\r \0\-._:,;|/+*~'"\\[\]()]/;
const SEPARATORS = Uint8Array.from({ length: 256 }, (_, code) =>
  SEPARATOR.test(String.fromCharCode(code)) ? 1 : 0,
);

/** As {@link scan} joins: what a needle must look like to be found in joined bytes. */
export const withoutSeparators = (needle: string): string =>
  Array.from(needle, (c) => (SEPARATORS[c.charCodeAt(0) & 0xff] === 1 ? '' : c)).join('');

let scratch = new Uint8Array(64 * 1024);

export function scan(text: string): Scan {
  if (scratch.length < text.length) scratch = new Uint8Array(text.length * 2);
  const joined = scratch;
  const runs: Run[] = [];
  let length = 0;
  let start = 0;
  let kinds = 0;
  let binary = 0;
  let word = 0;
  let letters = 0;
  let before = 0;
  let codes = 0;
  let pairs = 0;
  let groups = 0;
  let lists = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 0xff;
    const kind = KINDS[code] ?? 0;
    if (kind === 0) {
      if (i - start >= SHORTEST_RUN) runs.push({ start, end: i, kinds });
      start = i + 1;
      kinds = 0;
    } else kinds |= kind;
    if ((kind & WORD) !== 0) {
      word++;
      letters |= kind;
    } else if (word > 0) {
      // Not a function: what it would capture could no longer be kept in registers, and this loop reads every byte.
      codes = word <= 3 && letters === KIND.digit ? codes + 1 : 0;
      pairs = word >= 2 && word <= 4 ? pairs + 1 : 0;
      groups = word > 1 && word <= 16 && word === before ? groups + 1 : 1;
      if (codes > IN_A_ROW) lists |= LIST.codes;
      if (pairs > IN_A_ROW) lists |= LIST.pairs;
      if (groups >= GROUPS) lists |= LIST.groups;
      before = word;
      word = 0;
      letters = 0;
    }
    if (SEPARATORS[code] === 1) {
      if (code === 0) binary++;
      continue;
    }
    if (code < 0x80) {
      if (code < 0x20) binary++;
      joined[length++] = code;
      continue;
    }
    binary++;
    const wide = code >= 0xc2 ? widthOf(text, i, code) : 0;
    // A space of another width or kind; a full-width digit, as a Japanese keyboard writes it.
    if (wide > 0) i += wide - 1;
    else if (wide < 0) {
      joined[length++] = (text.charCodeAt(i + 2) & 0xff) - 0x60;
      i += 2;
    } else joined[length++] = code;
    if (wide !== 0) start = i + 1;
  }
  if (text.length - start >= SHORTEST_RUN) runs.push({ start, end: text.length, kinds });
  // The last word has no separator after it.
  if (codes >= IN_A_ROW && word > 0 && word <= 3) lists |= LIST.codes;
  if (pairs >= IN_A_ROW && word >= 2 && word <= 4) lists |= LIST.pairs;
  if (groups >= GROUPS - 1 && word === before) lists |= LIST.groups;
  return { joined, length, runs, binary, lists };
}

/** Bytes of a space of some kind in UTF-8, -1 for a full-width digit, 0 for neither. */
function widthOf(text: string, at: number, code: number): number {
  const second = text.charCodeAt(at + 1) & 0xff;
  const third = text.charCodeAt(at + 2) & 0xff;
  if (code === 0xc2) return second === 0xa0 || second === 0xad ? 2 : 0;
  if (code === 0xe2) return (second === 0x80 && third <= 0xaf) || (second === 0x81 && third >= 0x9f) ? 3 : 0;
  if (code === 0xe3) return second === 0x80 && third === 0x80 ? 3 : 0;
  if (code === 0xef)
    return second === 0xbc && third >= 0x90 && third <= 0x99 ? -1 : second === 0xbb && third === 0xbf ? 3 : 0;
  return 0;
}
