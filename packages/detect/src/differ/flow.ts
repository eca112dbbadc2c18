import type { Slot } from './align.ts';
import type { Sent } from './sent.ts';
import { type Scene, standingOf, type Variation, variation } from './variation.ts';

/** The same messages from one script to one place, in another order. */
export function orders(slots: readonly Slot[], scene: Scene): readonly Variation[] {
  const groups = new Map<string, Slot[]>();
  for (const slot of slots) {
    const [first] = slot;
    if (!first || slot.some((sent) => sent === null)) continue;
    const key = `${first.origin} ${first.keys[0]?.split(' ').at(-1) ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slot]);
    else group.push(slot);
  }
  return [...groups.values()].flatMap((group): readonly Variation[] => {
    if (group.length < 2) return [];
    const sequences = scene.seen.map((_, v) => {
      const places = group.map((slot, i) => [slot[v]?.place ?? 0, i] as const);
      return places.sort(([x], [y]) => x - y).map(([, i]) => i);
    });
    const standing = standingOf(
      sequences.map((one) => one.join(' ')),
      scene.rounds,
    );
    if (standing === 'same' || standing === 'noise') return [];
    const [x = [], y = []] = sequences;
    const moves = moved(x, y);
    const at = Math.max(
      0,
      x.findIndex((i, place) => y[place] !== i),
    );
    const sides = [group[x[at] ?? 0]?.[0] ?? null, group[y[at] ?? 0]?.[1] ?? null] as const;
    return [
      variation(scene, sides, [sides[0]?.template, sides[1]?.template], {
        kind: 'order',
        standing,
        part: '',
        // One overtakes another by a race; several do so in three pairs of visits by design.
        bits: moves === 1 ? 2 : Math.min(3 * moves, 24),
        tells: { kind: 'unread' },
      }),
    ];
  });
}

/** How few messages have to be moved to make one order of the other: one that races past ten is one. */
function moved(x: readonly number[], y: readonly number[]): number {
  const place = new Map(y.map((item, at) => [item, at]));
  // Ends of the longest rising runs, by length.
  const ends: number[] = [];
  for (const item of x) {
    const at = place.get(item) ?? 0;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    ends[low] = at;
  }
  return x.length - ends.length;
}

/** Less of a shift is how fast the machine was. */
const SHIFT = 1000;
const SAME = 250;

/** When a message left: later with one card than with the other, by the same time again and again. */
export function timings(slots: readonly Slot[], scene: Scene): readonly Variation[] {
  if (scene.rounds < 2) return [];
  const groups = new Map<string, { slot: Slot; bits: number }>();
  const shifts = new Map<string, number>();
  for (const slot of slots) {
    const [first] = slot;
    const times = slot.flatMap((sent) => (sent === null ? [] : [sent.after]));
    if (!first || times.length < scene.seen.length) continue;
    const of = (card: 0 | 1): readonly number[] => times.filter((_, v) => v % 2 === card);
    const [a, b] = [of(0), of(1)];
    const spread = (all: readonly number[]): number => Math.max(...all) - Math.min(...all);
    const shift = Math.min(...b) - Math.min(...a);
    const apart = Math.max(Math.min(...b) - Math.max(...a), Math.min(...a) - Math.max(...b));
    if (apart < SHIFT || spread(a) > SAME || spread(b) > SAME) continue;
    // What follows a late message is late too, and says nothing more.
    const known = groups.get(first.origin);
    const news = Math.abs(shift - (shifts.get(first.origin) ?? 0)) >= SHIFT ? 2 : 0;
    shifts.set(first.origin, shift);
    if (known === undefined) groups.set(first.origin, { slot, bits: 2 });
    else known.bits = Math.min(20, known.bits + news);
  }
  return [...groups.values()].map(({ slot, bits }) =>
    variation(scene, [slot[0] ?? null, slot[1] ?? null], [seconds(slot[0]), seconds(slot[1])], {
      kind: 'timing',
      standing: 'depends',
      part: '',
      bits,
      tells: { kind: 'unread' },
    }),
  );
}
const seconds = (sent: Sent | null | undefined): string => `${((sent?.after ?? 0) / 1000).toFixed(1)} s`;
