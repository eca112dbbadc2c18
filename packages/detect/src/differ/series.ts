import type { Slot } from './align.ts';
import { generic } from './bags.ts';
import type { Sent } from './sent.ts';
import { type Scene, standingOf, type Variation } from './variation.ts';

/** Above this a value is no accident by itself. */
const SMALL = 12;
/** Values of one series that are looked at. */
const MAX_VALUES = 20_000;

const isSmall = ({ bits, part, kind, tells }: Variation): boolean =>
  bits < SMALL && part !== '' && (kind === 'value' || kind === 'presence') && tells.kind !== 'fields';

/**
 * Small values judged as what they are: a series over all messages of their kind. One late timer moves every time stamp
 * after it, and one event more in a batch moves every event after it; such a thing happens in one visit and not in the
 * next, whatever the card, and is one accident, not a hundred.
 */
export function inSeries(
  values: readonly Variation[],
  slots: readonly Slot[],
  scene: Scene,
): readonly Variation[] {
  const groups = new Map<string, Variation[]>();
  for (const one of values) {
    if (one.standing === 'noise' || !isSmall(one)) continue;
    const key = keyOf(one.a.sent ?? one.b.sent, one.part);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  if (groups.size === 0) return values;
  const series = scene.seen.map((_, v) => seriesOf(slots, v, groups));
  const judged = [...groups].flatMap(([key, [first]]): readonly Variation[] => {
    const all = series.map((one) => one.get(key) ?? []);
    const standing = standingOf(
      all.map((one) => one.join('\n')),
      scene.rounds,
    );
    if (first === undefined || standing === 'same' || standing === 'noise') return [];
    const events = eventsIn(all[0] ?? [], all[1] ?? []);
    return [{ ...first, bits: first.tells.kind === 'part' ? 1 : Math.min(2 * events, 40) }];
  });
  return [...values.filter((one) => one.standing === 'noise' || !isSmall(one)), ...judged];
}

const keyOf = (sent: Sent | null, part: string): string => `${sent?.template ?? ''} ${generic(part)}`;

/** The values of each wanted part in the order in which a visit sent them. */
function seriesOf(
  slots: readonly Slot[],
  v: number,
  wanted: ReadonlyMap<string, readonly Variation[]>,
): ReadonlyMap<string, readonly string[]> {
  const templates = new Set(
    [...wanted.values()].flatMap((group) =>
      group.flatMap(({ a, b }) => [a.sent?.template, b.sent?.template]),
    ),
  );
  const series = new Map<string, string[]>();
  const sent = slots.flatMap((slot) => slot[v] ?? []).filter(({ template }) => templates.has(template));
  for (const one of sent.toSorted((x, y) => x.place - y.place))
    for (const [part, value] of one.leaves()) {
      const key = keyOf(one, part);
      if (!wanted.has(key)) continue;
      const known = series.get(key);
      if (known === undefined) series.set(key, [value]);
      else if (known.length < MAX_VALUES) known.push(value);
    }
  return series;
}

/** How many different things must have happened to make one series of the other. */
function eventsIn(a: readonly string[], b: readonly string[]): number {
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail++;
  const [x, y] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (x.length !== y.length) return Math.min(4, Math.abs(x.length - y.length));
  const shifts = new Set(
    x.flatMap((value, i) => {
      const other = y[i] ?? '';
      if (value === other) return [];
      const shift = Number(other) - Number(value);
      return [Number.isNaN(shift) ? `${value}>${other}` : shift.toFixed(3)];
    }),
  );
  return shifts.size;
}
