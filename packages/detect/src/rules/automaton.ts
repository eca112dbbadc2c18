import type { Node } from './parse.ts';

/** Finds where matches end, in time linear to the text. */
export interface Automaton {
  /**
   * Offsets just behind matches, ascending, none overlapping, at most `most`; `null` when the text drives it into more states
   * than is worth the time: it says nothing of that text.
   */
  ends(text: Uint8Array, most: number): readonly number[] | null;
}

/** Of the pattern as written out. */
const MAX_SIZE = 3_000;
/** States kept at a time, and sets of places computed for one text. */
const KEPT = 1_500;
const WORK = 12_000_000;

interface Program {
  /** By place: bytes that lead on, or null where the way forks without a byte. */
  readonly sets: (Uint8Array | null)[];
  readonly next: number[][];
}

/** The places of the pattern (Thompson's construction); the last one accepts. */
function programOf(tree: Node): Program {
  const sets: (Uint8Array | null)[] = [];
  const next: number[][] = [];
  const place = (set: Uint8Array | null, to: readonly number[]): number => {
    if (sets.length >= MAX_SIZE) throw new SyntaxError('the pattern is too long when written out');
    sets.push(set);
    next.push([...to]);
    return sets.length - 1;
  };
  /** Builds backwards: the place from which `node` and then `to` is matched. */
  const build = (node: Node, to: number): number => {
    switch (node.kind) {
      case 'set':
        return place(node.bytes, [to]);
      case 'all':
        return node.of.reduceRight((after, one) => build(one, after), to);
      case 'any':
        return place(
          null,
          node.of.map((one) => build(one, to)),
        );
      case 'repeat': {
        let from = to;
        if (node.most === Infinity) {
          const loop = place(null, [to]);
          next[loop]?.push(build(node.of, loop));
          from = loop;
        } else for (let n = node.least; n < node.most; n++) from = place(null, [to, build(node.of, from)]);
        for (let n = 0; n < node.least; n++) from = build(node.of, from);
        return from;
      }
    }
  };
  const accept = place(null, []);
  const start = build(tree, accept);
  // The accepting place is told by its number 0, the first by being the last.
  if (start !== sets.length - 1) place(null, [start]);
  return { sets, next };
}

/** Bytes that no set of the pattern tells apart share a column. */
function columnsOf(sets: readonly (Uint8Array | null)[]): { column: Uint8Array; count: number } {
  const names = new Map<string, number>();
  const real = [...new Set(sets)].filter((set) => set !== null);
  const column = Uint8Array.from({ length: 256 }, (_, code) => {
    const name = real.map((set) => set[code]).join('');
    const known = names.get(name) ?? names.size;
    names.set(name, known);
    return known;
  });
  return { column, count: names.size };
}

/** @throws SyntaxError for a pattern that is too long when its repetitions are written out. */
export function compile(tree: Node): Automaton {
  const { sets, next } = programOf(tree);
  const { column, count } = columnsOf(sets);
  const example = new Int16Array(count).fill(-1);
  for (let code = 0; code < 256; code++) example[column[code] ?? 0] = code;
  const mark = new Int32Array(sets.length);
  let stamp = 0;

  /** All places reached without a byte, in order; the accepting one is 0 and so comes first. */
  const closure = (from: readonly number[]): readonly number[] => {
    stamp++;
    const reached: number[] = [];
    const stack = [...from];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (mark[at] === stamp) continue;
      mark[at] = stamp;
      if (at === 0 || sets[at] !== null) reached.push(at);
      if (sets[at] === null) stack.push(...(next[at] ?? []));
    }
    return reached.sort((a, b) => a - b);
  };
  const first = closure([sets.length - 1]);
  if (first[0] === 0) throw new SyntaxError('the pattern matches nothing at all');

  let places: (readonly number[])[] = [];
  let table: Int32Array[] = [];
  let known = new Map<string, number>();
  const stateOf = (set: readonly number[]): number => {
    const name = set.join(',');
    const there = known.get(name);
    if (there !== undefined) return there;
    known.set(name, places.length);
    table.push(new Int32Array(count).fill(-1));
    return places.push(set) - 1;
  };
  const forget = () => {
    places = [];
    table = [];
    known = new Map();
    stateOf(first);
  };
  forget();

  return {
    ends(text, most) {
      const found: number[] = [];
      let state = 0;
      let work = 0;
      for (let at = 0; at < text.length; at++) {
        const c = column[text[at] ?? 0] ?? 0;
        let to = table[state]?.[c] ?? -1;
        if (to < 0) {
          const here = places[state] ?? [];
          const code = example[c] ?? 0;
          work += here.length + first.length + 20;
          if (work > WORK) return null;
          const on = here.flatMap((place) => (sets[place]?.[code] === 1 ? (next[place] ?? []) : []));
          const set = closure([...on, sets.length - 1]);
          if (places.length >= KEPT) {
            forget();
            to = stateOf(set);
          } else {
            to = stateOf(set);
            const row = table[state];
            if (row !== undefined) row[c] = to;
          }
        }
        state = to;
        if (places[state]?.[0] === 0) {
          found.push(at + 1);
          if (found.length >= most) break;
          state = 0;
        }
      }
      return found;
    },
  };
}
