/** Finds which of many needles stand in the first `length` bytes: the index of each that does, each once. */
export type Finder = (bytes: Uint8Array, length: number) => readonly number[];

/** Shorter needles are chance in a busy visit, and the filter below reads this many bytes. */
export const SHORTEST = 8;

const NONE: readonly number[] = [];
const BITS = 18;
const gramAt = (needle: string, at: number): number =>
  needle.charCodeAt(at) |
  (needle.charCodeAt(at + 1) << 8) |
  (needle.charCodeAt(at + 2) << 16) |
  (needle.charCodeAt(at + 3) << 24) |
  0;

/**
 * One pass whatever the number of needles. A bit for each needle's first eight bytes (32 kB of bits, so that they stay
 * in a processor's cache) lets nearly every position pass with one look; only behind a set bit is anything compared.
 * Several thousand needles would make the transition table of an automaton larger than the traffic.
 */
export function finder(needles: readonly string[]): Finder {
  const filter = new Uint8Array(1 << (BITS - 3));
  const starting = new Map<number, number[]>();
  const heads = new Int32Array(needles.length);
  for (const [index, needle] of needles.entries()) {
    if (needle.length < SHORTEST) throw new RangeError(`A needle of ${needle.length} bytes is chance`);
    const head = gramAt(needle, 0);
    const gram = gramAt(needle, 4);
    heads[index] = head;
    const at = (Math.imul(gram, 0x9e3779b1) ^ Math.imul(head, 0x85ebca6b)) >>> (32 - BITS);
    filter[at >> 3] = (filter[at >> 3] ?? 0) | (1 << (at & 7));
    const same = starting.get(gram);
    if (same === undefined) starting.set(gram, [index]);
    else same.push(index);
  }

  return (bytes, length) => {
    let found: Set<number> | null = null;
    let gram = 0;
    let head = 0;
    for (let end = 0; end < length; end++) {
      head = (head >>> 8) | (gram << 24);
      gram = (gram >>> 8) | ((bytes[end] ?? 0) << 24);
      const at = (Math.imul(gram, 0x9e3779b1) ^ Math.imul(head, 0x85ebca6b)) >>> (32 - BITS);
      if (((filter[at >> 3] ?? 0) & (1 << (at & 7))) === 0 || end < SHORTEST - 1) continue;
      for (const index of starting.get(gram) ?? NONE) {
        if (heads[index] !== head || found?.has(index)) continue;
        if (stands(needles[index] ?? '', bytes, end - SHORTEST + 1, length))
          found = (found ?? new Set()).add(index);
      }
    }
    return found === null ? NONE : [...found];
  };
}

function stands(needle: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (from + needle.length > length) return false;
  for (let i = SHORTEST; i < needle.length; i++) if (bytes[from + i] !== needle.charCodeAt(i)) return false;
  return true;
}
