/** An entry of the dictionary repeats the one before it: without a bound the output is the square of the input. */
const MAX_OUTPUT = 256 * 1024;
/** Larger ones are no card's worth. */
const MAX_INPUT = 64 * 1024;

const codes = (alphabet: string): Int8Array =>
  Int8Array.from({ length: 256 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)));
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = codes(`${LETTERS}+/`);
const URI_SAFE = codes(`${LETTERS}+-$`);

/** Symbols of `width` bits, the highest first; below zero: none of the alphabet. */
interface Stream {
  readonly at: (index: number) => number;
  readonly length: number;
  readonly width: number;
}

/**
 * lz-string, a compressor that pages like because its output is text. Own code and not the library's: the library has
 * no bound on what it writes, and what it reads here is the page's. Null when it is not lz-string's.
 */
function expand({ at: symbol, length: symbols, width }: Stream): string | null {
  let at = 0;
  let left = 0;
  let held = 0;
  /** The lowest bit first, as the compressor writes numbers; past the end zeros, as its own reader has it. */
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) {
      if (left === 0) {
        held = at < symbols ? symbol(at) : 0;
        if (held < 0) return 2;
        at++;
        left = width;
      }
      left--;
      value |= ((held >> left) & 1) << i;
    }
    return value;
  };
  const dictionary: string[] = ['', '', ''];
  const letter = (kind: number): string => String.fromCharCode(bits(kind === 0 ? 8 : 16));
  const start = bits(2);
  if (start > 1) return null;
  let word = letter(start);
  dictionary.push(word);
  const out = [word];
  let length = 1;
  let room = 4;
  let size = 3;
  // oxlint-disable-next-line no-unmodified-loop-condition -- `bits` moves on
  while (at <= symbols) {
    const code = bits(size);
    if (code === 2) return out.join('');
    let entry: string;
    if (code < 2) {
      entry = letter(code);
      dictionary.push(entry);
      room--;
    } else {
      const known = dictionary[code];
      if (known === undefined && code !== dictionary.length) return null;
      entry = known ?? word + (word[0] ?? '');
    }
    if (room === 0) room = 2 ** size++;
    length += entry.length;
    if (length > MAX_OUTPUT) return null;
    out.push(entry);
    dictionary.push(word + (entry[0] ?? ''));
    word = entry;
    if (--room === 0) room = 2 ** size++;
  }
  return null;
}

const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Compressed to base64 or to text for addresses. */
export function lzText(run: string): readonly string[] {
  if (run.length > MAX_INPUT) return [];
  const alphabet = run.includes('-') ? URI_SAFE : BASE64;
  const text = expand({ at: (i) => alphabet[run.charCodeAt(i) & 0xff] ?? -1, length: run.length, width: 6 });
  return text === null || text.length < 8 ? [] : [utf8(text)];
}

/** Compressed to characters, fifteen or sixteen bits in each, and sent as UTF-8 or UTF-16; or to bytes. */
export function lzBytes(text: string): readonly string[] {
  if (text.length > MAX_INPUT) return [];
  const bytes = Buffer.from(text, 'latin1');
  const units = bytes.toString('utf8');
  const half = bytes.length >> 1;
  const unit = (i: number): number => units.charCodeAt(i);
  const little = (i: number): number => bytes.readUInt16LE(i * 2);
  const streams: readonly Stream[] = [
    { at: (i) => bytes[i] ?? 0, length: bytes.length, width: 8 },
    { at: little, length: half, width: 16 },
    { at: unit, length: units.length, width: 16 },
    { at: (i) => unit(i) - 32, length: units.length, width: 15 },
    { at: (i) => little(i) - 32, length: half, width: 15 },
    { at: (i) => bytes.readUInt16BE(i * 2) - 32, length: half, width: 15 },
  ];
  return streams.flatMap((stream) => {
    const found = expand(stream);
    return found === null || found.length < 8 ? [] : [utf8(found)];
  });
}
