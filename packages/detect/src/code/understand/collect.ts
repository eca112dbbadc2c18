import { addressesIn } from './hosts.ts';
import { TRAITS, type TraitRow } from './traits.ts';
import type { Contents, Place, Trait, TraitKind } from './types.ts';

const MAX_HOSTS = 200;
const MAX_URLS = 200;
const MAX_TRAITS = 300;
const MAX_NESTED = 50;
/** Words are sought in as much of a text; addresses in more. */
const MAX_WORDS = 64 * 1024;

const index = (part: 'globals' | 'members' | 'calls' | 'writes' | 'elements') => {
  const rows = new Map<string, TraitRow[]>();
  for (const row of TRAITS)
    for (const name of row[part] ?? []) rows.set(name, [...(rows.get(name) ?? []), row]);
  return rows;
};
const GLOBALS = index('globals');
const MEMBERS = index('members');
const CALLS = index('calls');
const WRITES = index('writes');
const ELEMENTS = index('elements');
const WORDS = TRAITS.filter((row) => row.words !== undefined);
const KINDS = new Map(TRAITS.map((row) => [row.id, row.kind]));

interface Counted {
  readonly id: string;
  readonly kind: TraitKind;
  readonly what: string | null;
  readonly offset: number;
  count: number;
}

/** Gathers what a script names and does; bounded, whatever the script holds. */
export interface Collector {
  add(id: string, offset: number, what?: string): void;
  /** A name of the browser, bare or of a window. */
  global(name: string, offset: number): void;
  /** A property of something. */
  member(name: string, offset: number): void;
  call(name: string, offset: number): void;
  write(name: string, offset: number): void;
  element(name: string, offset: number): void;
  /** A text, known in part (`*`) or whole. */
  text(untrusted: string, offset: number): void;
  /** The address something is sent to or loaded from. */
  target(untrusted: string): void;
  /** A name of a property or a pattern: words count, addresses do not. */
  words(untrusted: string, offset: number): void;
  /** A text that is run as code. */
  code(untrusted: string, offset: number): void;
  readonly nested: readonly { readonly code: string; readonly offset: number }[];
  contents(place: (offset: number) => Place): Contents;
}

export function newCollector(): Collector {
  const hosts = new Set<string>();
  const targets = new Set<string>();
  const urls = new Set<string>();
  const traits = new Map<string, Counted>();
  const nested: { code: string; offset: number }[] = [];

  const add = (id: string, offset: number, what?: string) => {
    const key = what === undefined ? id : `${id} ${what}`;
    const known = traits.get(key);
    if (known !== undefined) known.count++;
    else if (traits.size < MAX_TRAITS)
      traits.set(key, { id, kind: KINDS.get(id) ?? 'run', what: what ?? null, offset, count: 1 });
  };
  const rows = (of: ReadonlyMap<string, readonly TraitRow[]>, name: string, offset: number) => {
    for (const { id } of of.get(name) ?? []) add(id, offset);
  };
  const words = (untrusted: string, offset: number) => {
    const text = untrusted.length > MAX_WORDS ? untrusted.slice(0, MAX_WORDS) : untrusted;
    for (const row of WORDS) if (row.words?.test(text) === true) add(row.id, offset);
  };
  return {
    add,
    global: (name, offset) => rows(GLOBALS, name, offset),
    member: (name, offset) => rows(MEMBERS, name, offset),
    call: (name, offset) => rows(CALLS, name, offset),
    write: (name, offset) => rows(WRITES, name, offset),
    element: (name, offset) => rows(ELEMENTS, name.toLowerCase(), offset),
    words,
    text(untrusted, offset) {
      if (untrusted.length < 3) return;
      words(untrusted, offset);
      addressesIn(untrusted, (host, url) => {
        if (hosts.size < MAX_HOSTS) hosts.add(host);
        if (urls.size < MAX_URLS) urls.add(url);
      });
    },
    target(untrusted) {
      addressesIn(untrusted, (host) => {
        if (targets.size < MAX_HOSTS) targets.add(host);
      });
    },
    code(untrusted, offset) {
      if (nested.length < MAX_NESTED && untrusted.length > 2) nested.push({ code: untrusted, offset });
    },
    nested,
    contents: (place) => ({
      hosts: [...hosts],
      targets: [...targets],
      urls: [...urls],
      traits: [...traits.values()]
        .sort((a, b) => a.offset - b.offset || (a.id < b.id ? -1 : 1))
        .map(({ offset, id, kind, what, count }): Trait => ({ id, kind, what, count, at: place(offset) })),
    }),
  };
}

/** From offset to line and column; the line starts are found once. */
export function placesIn(code: string): (offset: number) => Place {
  let starts: number[] | null = null;
  return (offset) => {
    if (starts === null) {
      starts = [0];
      for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) };
  };
}
