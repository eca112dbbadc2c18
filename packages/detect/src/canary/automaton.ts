/** Finds which of many needles stand in a text: the index of each that does, each once, in the order of their ends. */
export type Automaton = (text: string) => readonly number[];

/**
 * Aho-Corasick over byte texts: one pass whatever the number of needles, so a hostile page cannot make the search
 * slower than its own traffic. Transitions are one dense table over the characters that occur in needles.
 */
export function automaton(needles: readonly string[]): Automaton {
  const classes = new Uint8Array(256);
  let width = 1;
  for (const needle of needles)
    for (let i = 0; i < needle.length; i++) {
      const unit = needle.charCodeAt(i) & 0xff;
      if (classes[unit] === 0) classes[unit] = width++;
    }
  const states = needles.reduce((sum, needle) => sum + needle.length, 1);
  const next = new Int32Array(states * width);
  const output = new Int32Array(states).fill(-1);
  const size = grow(needles, next, output, classes, width);
  const suffix = link(next, output, size, width);

  return (text) => {
    const found = new Set<number>();
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      state = next[state * width + (classes[text.charCodeAt(i) & 0xff] ?? 0)] ?? 0;
      for (let at = state; at > 0; at = suffix[at] ?? 0) {
        const needle = output[at] ?? -1;
        if (needle >= 0) found.add(needle);
      }
    }
    return [...found];
  };
}

/** The trie; 0 is both the root and "no such child". Gives the number of states. */
function grow(
  needles: readonly string[],
  next: Int32Array,
  output: Int32Array,
  classes: Uint8Array,
  width: number,
): number {
  let size = 1;
  for (const [index, needle] of needles.entries()) {
    let state = 0;
    for (let i = 0; i < needle.length; i++) {
      const slot = state * width + (classes[needle.charCodeAt(i) & 0xff] ?? 0);
      if (next[slot] === 0) next[slot] = size++;
      state = next[slot] ?? 0;
    }
    if (state > 0 && output[state] === -1) output[state] = index;
  }
  return size;
}

/** Completes the table breadth first and gives, per state, the nearest proper suffix that is a needle's end (or 0). */
function link(next: Int32Array, output: Int32Array, size: number, width: number): Int32Array {
  const fail = new Int32Array(size);
  const suffix = new Int32Array(size);
  const queue: number[] = [];
  for (let c = 0; c < width; c++) if (next[c] !== 0) queue.push(next[c] ?? 0);
  for (const state of queue) {
    const back = fail[state] ?? 0;
    suffix[state] = (output[back] ?? -1) >= 0 ? back : (suffix[back] ?? 0);
    for (let c = 0; c < width; c++) {
      const slot = state * width + c;
      const child = next[slot] ?? 0;
      const detour = next[back * width + c] ?? 0;
      if (child === 0) next[slot] = detour;
      else {
        fail[child] = detour;
        queue.push(child);
      }
    }
  }
  return suffix;
}
