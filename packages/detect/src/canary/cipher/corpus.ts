/** Everything a visit sent and that reads as nothing, end to end: ciphers are looked for once in all of it. */
export interface Corpus {
  readonly bytes: Buffer;
  /** Where each text begins; the last entry is the end. */
  readonly starts: readonly number[];
}

/** Bytes between two texts, so that no window reaches from one into the next. */
const GAP = 32;

export function corpusOf(texts: readonly string[]): Corpus {
  const starts: number[] = [];
  let size = 0;
  for (const text of texts) {
    starts.push(size);
    size += text.length + GAP;
  }
  const bytes = Buffer.alloc(size);
  for (const [i, text] of texts.entries()) bytes.write(text, starts[i] ?? 0, 'latin1');
  return { bytes, starts: [...starts, size] };
}

/** Which text a place in the corpus lies in. */
export function textAt({ starts }: Corpus, at: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const spanOf = ({ starts }: Corpus, text: number): readonly [start: number, end: number] => [
  starts[text] ?? 0,
  (starts[text + 1] ?? GAP) - GAP,
];

/** Sets of characters from which people make tokens, the narrowest first. */
const CLASSES: readonly Uint8Array[] = [
  /[0-9]/,
  /[a-z]/,
  /[A-Z]/,
  /[0-9a-f]/,
  /[a-z0-9]/,
  /[A-Za-z0-9]/,
  /[A-Za-z0-9+/_=-]/,
  /[ -~]/,
  /[^]/,
].map((set) => Uint8Array.from({ length: 256 }, (_, code) => (set.test(String.fromCharCode(code)) ? 1 : 0)));

/** The narrowest set that a window is made of. */
export function classOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  for (const set of CLASSES) {
    let all = true;
    for (let i = from; i < to && all; i++) all = set[bytes[i] ?? 0] === 1;
    if (all) return set;
  }
  return CLASSES[CLASSES.length - 1] ?? new Uint8Array(256);
}

/** What the corpus holds of a set of characters, a window left out: how often each, and the lengths of its runs. */
export interface Census {
  readonly counts: Float64Array;
  readonly total: number;
  /** How many runs of exactly the window's length there are, the window itself not counted. */
  readonly alike: number;
  /** The window is a run of its own, with other characters around it. */
  readonly bounded: boolean;
}

/** Counting more tells no more. */
const MAX_COUNTED = 4 * 1024 * 1024;

export function census({ bytes, starts }: Corpus, set: Uint8Array, from: number, to: number): Census {
  const counts = new Float64Array(256);
  let total = 0;
  let alike = 0;
  let run = 0;
  for (let text = 0; text + 1 < starts.length && total < MAX_COUNTED; text++) {
    const [start, end] = [starts[text] ?? 0, (starts[text + 1] ?? 0) - GAP];
    run = 0;
    for (let i = start; i <= end; i++) {
      const code = bytes[i] ?? 0;
      if (i < end && set[code] === 1) {
        run++;
        if (i >= from && i < to) continue;
        counts[code] = (counts[code] ?? 0) + 1;
        total++;
      } else {
        if (run === to - from && i !== to) alike++;
        run = 0;
      }
    }
  }
  const [start, end] = spanOf({ bytes, starts }, textAt({ bytes, starts }, from));
  const bounded =
    (from <= start || set[bytes[from - 1] ?? 0] === 0) && (to >= end || set[bytes[to] ?? 0] === 0);
  return { counts, total, alike, bounded };
}

/** Stretches of the first `end` bytes without the marks that part values from each other, of at least `least` bytes. */
export function tokensIn(
  { bytes }: Corpus,
  end: number,
  least: number,
): readonly (readonly [from: number, to: number])[] {
  const out: (readonly [number, number])[] = [];
  let from = 0;
  for (let i = 0; i <= end; i++) {
    if (i < end && PARTING[bytes[i] ?? 0] === 0) continue;
    if (i - from >= least) out.push([from, i]);
    from = i + 1;
  }
  return out;
}
const PARTING = Uint8Array.from({ length: 256 }, (_, code) =>
  code <= 0x20 || code > 0x7e || '"&,;:{}<>()[]\\'.includes(String.fromCharCode(code)) ? 1 : 0,
);
