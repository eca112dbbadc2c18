import type { Recording } from '@komainu/model';
import type { Bodies, Visited } from '../define.ts';
import { aligned, type Slot } from './align.ts';
import { bagged, generic } from './bags.ts';
import { orders, timings } from './flow.ts';
import { inSeries } from './series.ts';
import type { Leaves } from './leaves.ts';
import { type Sent, sentIn } from './sent.ts';
import { type Pinned, type Scene, standingOf, UNKNOWN, type Variation, variation } from './variation.ts';
import { bitsOf, isOpaque } from './weigh.ts';

export interface Comparison {
  /** Complete pairs. */
  readonly rounds: number;
  readonly variations: readonly Variation[];
  /** Templates of messages that were in every pinned visit, and the same whatever the card. */
  readonly steady: ReadonlySet<string>;
}

/** The pinned visits that can be compared: walked to the end, with all they sent, in complete pairs. */
export function pairsOf(visits: readonly Visited[]): readonly (readonly [Pinned, Pinned])[] {
  const rounds = new Map<number, Partial<Record<'a' | 'b', Pinned>>>();
  for (const { ref, recording } of visits) {
    const { role } = recording.visit;
    if (role?.kind !== 'pinned' || !isWhole(recording)) continue;
    const { card, round } = role;
    rounds.set(round, { ...rounds.get(round), [card]: { ref, recording, card, round } });
  }
  return [...rounds]
    .sort(([x], [y]) => x - y)
    .flatMap(([, { a, b }]) => (a === undefined || b === undefined ? [] : [[a, b] as const]));
}
/** Where nothing was typed, nothing can depend on it. */
const isWhole = ({ failure, artifacts: { wire, cardFields } }: Recording): boolean =>
  failure === null &&
  wire.kind === 'observed' &&
  cardFields.kind === 'observed' &&
  cardFields.value.some(({ typedAt }) => typedAt !== null);

/** More pairs than any check makes. */
const MAX_PAIRS = 4;

/** The detectors of one check ask for the same comparison. */
const memory = new WeakMap<
  readonly Visited[],
  { readonly bodies: Bodies; readonly found: Comparison | null }
>();

/** Lays the pinned visits side by side; null when there is no complete pair. */
export function compared(visits: readonly Visited[], bodies: Bodies): Comparison | null {
  const known = memory.get(visits);
  if (known?.bodies === bodies) return known.found;
  const found = compare(visits, bodies);
  memory.set(visits, { bodies, found });
  return found;
}

function compare(visits: readonly Visited[], bodies: Bodies): Comparison | null {
  const pairs = pairsOf(visits).slice(0, MAX_PAIRS);
  const [first] = pairs;
  if (first === undefined) return null;
  // Pair by pair, so that columns 0, 2, 4 are card a and 1, 3, 5 card b.
  const seen = pairs.flat();
  const scene: Scene = { seen, first, rounds: pairs.length };
  const slots = aligned(seen.map((visited) => sentIn(visited, bodies)));
  const varied = slots.filter((slot) => !isSame(slot));
  const whole = varied.filter((slot) => slot.every((sent) => sent !== null));
  const rest = varied.filter((slot) => slot.some((sent) => sent === null));
  const slotted = whole.map((slot) => [slot, inSlot(slot, scene)] as const);
  const values = inSeries(
    slotted.flatMap(([, found]) => found),
    slots,
    scene,
  );
  const unsteady = [...rest, ...slotted.flatMap(([slot, found]) => (found.length > 0 ? [slot] : []))];
  const spoiled = templates(unsteady);
  return {
    steady: new Set([...templates(slots)].filter((template) => !spoiled.has(template))),
    rounds: pairs.length,
    variations: [
      ...values,
      ...bagged(varied, scene, values),
      ...counts(rest, slots, scene),
      ...orders(slots, scene),
      ...timings(slots, scene),
    ],
  };
}

const templates = (slots: readonly Slot[]): ReadonlySet<string> =>
  new Set(slots.flatMap((slot) => slot.flatMap((sent) => sent?.template ?? [])));

const isSame = (slot: Slot): boolean => {
  const [first] = slot;
  return (
    first != null && slot.every((sent) => sent?.digest === first.digest && sent.headers === first.headers)
  );
};

function inSlot(slot: Slot, scene: Scene): readonly Variation[] {
  const leaves = slot.map((sent) => sent?.leaves() ?? new Map<string, string>());
  const parts = new Set(leaves.flatMap((all) => [...all.keys()]));
  const [a = null, b = null] = slot;
  let names: readonly [ReadonlySet<string>, ReadonlySet<string>] | null = null;
  return [...parts].flatMap((part) => {
    const values = leaves.map((all) => all.get(part));
    const standing = standingOf(
      values.map((value, v) => (value === undefined && isHidden(part, slot[v]) ? UNKNOWN : value)),
      scene.rounds,
    );
    if (standing === 'same') return [];
    const sides = [values[0], values[1]] as const;
    if (values[0] === undefined || values[1] === undefined) {
      // Where each side has a name the other has not, the name itself may be what is told.
      names ??= [namesOf(leaves[0]), namesOf(leaves[1])];
      const [mine, others] = values[0] === undefined ? [names[1], names[0]] : names;
      const other = [...others].find((name) => !mine.has(name));
      const bits = other === undefined || others.has(generic(part)) ? 2 : bitsOf(generic(part), other);
      const more = { kind: 'presence', standing, part, bits, tells: { kind: 'unread' } } as const;
      return [variation(scene, [a, b], sides, more)];
    }
    const whole = variation(scene, [a, b], sides, { kind: 'value', standing, part });
    if (standing !== 'noise') return [whole];
    const lengths = standingOf(
      values.map((value) => value?.length),
      scene.rounds,
    );
    // A time stamp has a digit more at some moment; ciphertext of another length is of something else.
    return lengths === 'depends' && values.every((value) => value !== undefined && isOpaque(value))
      ? [whole, variation(scene, [a, b], sides, { kind: 'length', standing: lengths, part, bits: 2 })]
      : [whole];
  });
}

/** Cookies and some headers are written by the network stack: a request answered from the tape never gets there. */
const isHidden = (part: string, sent: Sent | null | undefined): boolean =>
  sent?.raw === false && /^(?:cookie|header) /.test(part);

const namesOf = (leaves: Leaves | undefined): ReadonlySet<string> =>
  new Set([...(leaves?.keys() ?? [])].map(generic));

/** Messages that are not in every visit, by what they are: how many there are of each. */
function counts(rest: readonly Slot[], all: readonly Slot[], scene: Scene): readonly Variation[] {
  const streams = new Map<string, Sent[][]>();
  for (const slot of rest)
    for (const [v, sent] of slot.entries()) {
      if (sent === null) continue;
      const key = streamOf(sent);
      const stream = streams.get(key) ?? scene.seen.map((): Sent[] => []);
      stream[v]?.push(sent);
      streams.set(key, stream);
    }
  const totals = new Map([...streams.keys()].map((key) => [key, scene.seen.map(() => 0)]));
  for (const slot of all)
    for (const [v, sent] of slot.entries()) {
      const total = sent === null ? undefined : totals.get(streamOf(sent));
      if (total !== undefined) total[v] = (total[v] ?? 0) + 1;
    }
  return [...streams].flatMap(([key, stream]): readonly Variation[] => {
    const numbers = totals.get(key) ?? [];
    const standing = standingOf(numbers, scene.rounds);
    const [x = 0, y = 0] = numbers;
    const sides = [stream[0]?.[0] ?? null, stream[1]?.[0] ?? null] as const;
    // As many of each card, but they were not held to be the same messages: they come and go.
    if (standing === 'same' || standing === 'noise')
      return stream.flatMap((all) => all.slice(0, 4)).flatMap((sent) => noises(sent, scene));
    // One number, however large: it takes several of them to say what a card is.
    const bits = Math.min(2 * Math.abs(x - y), 8) + (Math.min(x, y) >= 8 ? 3 : 0);
    return [
      variation(scene, sides, [String(x), String(y)], {
        kind: x === 0 || y === 0 ? 'presence' : 'count',
        standing,
        part: '',
        bits,
        tells: { kind: 'unread' },
      }),
    ];
  });
}

const streamOf = ({ keys }: Sent): string => keys[2] ?? keys[0] ?? '';

/** What cannot be read in a message that comes and goes. */
const noises = (sent: Sent, scene: Scene): readonly Variation[] =>
  [...sent.leaves()]
    .filter(([, text]) => isOpaque(text))
    .slice(0, 4)
    .map(([part, text]) =>
      variation(scene, [sent, null], [text, undefined], { kind: 'value', standing: 'noise', part }),
    );
