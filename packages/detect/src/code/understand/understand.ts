import { bind } from './bind.ts';
import { type Collector, newCollector, placesIn } from './collect.ts';
import { type Gauge, newGauge } from './gauge.ts';
import { type Fingerprints, fingerprintsOf } from './print.ts';
import { scan } from './scan.ts';
import { treeOf } from './tree.ts';
import type { Scanned, Understood } from './types.ts';
import { walk } from './walk.ts';

/** Longer code (in UTF-16 units) is scanned, not parsed: its tree would need some gigabytes. */
const MAX_PARSED = 12 * 1024 * 1024;
/** Texts that run as code may hold such texts again. */
const MAX_DEPTH = 4;
const MAX_NESTED = 200;

/**
 * What a script names and does, without running any of it. Pure; never throws, and never finds nothing for want of
 * understanding: what does not parse is read word by word. Takes about a second for 2 MB of minified code, so callers
 * with a deadline use {@link openAnalyst}.
 * @param only do not parse, and say why
 */
export function understand(code: string, only?: Scanned['reason']): Understood {
  const collect = newCollector();
  const gauge = newGauge();
  const bytes = Buffer.byteLength(code);
  const prints = only === undefined && code.length <= MAX_PARSED ? read(code, collect, gauge) : null;
  if (prints === null) skim(code, collect, gauge);
  const ran = followNested(collect, gauge);
  const found = { bytes, ...ran.contents(placesIn(code)), obfuscation: gauge.measures() };
  return prints === null
    ? { kind: 'scanned', reason: only ?? (code.length > MAX_PARSED ? 'size' : 'syntax'), ...found }
    : { kind: 'parsed', ...prints, ...found };
}

function read(code: string, collect: Collector, gauge: Gauge): Fingerprints | null {
  try {
    const tree = treeOf(code);
    if (tree === null) return null;
    bind(tree);
    const prints = fingerprintsOf(tree);
    walk(tree, collect, gauge);
    return prints;
  } catch (error) {
    // Nested deeper than the stack: whatever was noticed so far stays, the rest is scanned.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function skim(code: string, collect: Collector, gauge: Gauge): void {
  try {
    scan(code, collect, gauge);
  } catch (error) {
    // A pattern ran out of stack: what was found before that stays.
    if (!(error instanceof RangeError)) throw error;
  }
}

/** Code in texts that are run counts as the script's own, at the place where it is run. */
function followNested(collect: Collector, gauge: Gauge): Collector {
  const queue = collect.nested.map((one) => ({ ...one, depth: 1 }));
  for (let place = 0; place < queue.length && place < MAX_NESTED; place++) {
    const one = queue[place];
    if (one === undefined) break;
    gauge.nested(one.depth);
    const inner = pinned(collect, one.offset);
    if (read(one.code, inner, gauge) === null) skim(one.code, inner, gauge);
    if (one.depth < MAX_DEPTH)
      for (const { code } of inner.nested) queue.push({ code, offset: one.offset, depth: one.depth + 1 });
  }
  return collect;
}

/** The same collector, but all is at one place. */
function pinned(collect: Collector, offset: number): Collector {
  const nested: { code: string; offset: number }[] = [];
  return {
    add: (id, _, what) => collect.add(id, offset, what),
    global: (name) => collect.global(name, offset),
    member: (name) => collect.member(name, offset),
    call: (name) => collect.call(name, offset),
    write: (name) => collect.write(name, offset),
    element: (name) => collect.element(name, offset),
    text: (untrusted) => collect.text(untrusted, offset),
    target: (untrusted) => collect.target(untrusted),
    words: (untrusted) => collect.words(untrusted, offset),
    code: (code) => {
      if (nested.length < 50 && code.length > 2) nested.push({ code, offset });
    },
    nested,
    contents: (place) => collect.contents(place),
  };
}
