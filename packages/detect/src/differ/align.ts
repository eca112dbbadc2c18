import { LEVELS, type Sent } from './sent.ts';

/** What is held to be the same message in several visits; null where a visit has none. */
export type Slot = readonly (Sent | null)[];

interface Open {
  readonly first: Sent;
  readonly sent: (Sent | null)[];
  readonly digests: Set<string>;
}

/**
 * Lays the messages of visits side by side. Each key, the strictest first, gathers what is left into groups; a group
 * is paired in order, equal beginnings and ends first. Linear in the number of messages, whatever a page sends.
 */
export function aligned(visits: readonly (readonly Sent[])[]): readonly Slot[] {
  const slots: Open[] = [];
  for (const [v, all] of visits.entries()) {
    let left: readonly Sent[] = all;
    let open: readonly Open[] = slots.slice();
    for (let level = 0; level < LEVELS && left.length > 0 && open.length > 0; level++) {
      const waiting = grouped(open, ({ first }) => first.keys[level]);
      const placed = new Set<Sent>();
      const filled = new Set<Open>();
      for (const [key, messages] of grouped(left, ({ keys }) => keys[level]))
        for (const [slot, message] of pairs(waiting.get(key) ?? [], messages)) {
          slot.sent[v] = message;
          slot.digests.add(message.digest);
          placed.add(message);
          filled.add(slot);
        }
      left = left.filter((message) => !placed.has(message));
      open = open.filter((slot) => !filled.has(slot));
    }
    for (const message of left)
      slots.push({
        first: message,
        sent: visits.map((_, i) => (i === v ? message : null)),
        digests: new Set([message.digest]),
      });
  }
  return slots.map(({ sent }) => sent);
}

function grouped<T>(
  items: readonly T[],
  key: (item: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function pairs(slots: readonly Open[], messages: readonly Sent[]): readonly (readonly [Open, Sent])[] {
  const found: [Open, Sent][] = [];
  const same = (slot: Open | undefined, message: Sent | undefined): boolean =>
    slot !== undefined && message !== undefined && slot.digests.has(message.digest);
  let head = 0;
  while (same(slots[head], messages[head])) head++;
  let tail = 0;
  while (
    tail < Math.min(slots.length, messages.length) - head &&
    same(slots[slots.length - 1 - tail], messages[messages.length - 1 - tail])
  )
    tail++;
  for (let i = 0; i < head; i++) join(found, slots[i], messages[i]);
  let [rest, more] = [slots.slice(head, slots.length - tail), messages.slice(head, messages.length - tail)];
  // As many on both sides: each stands in its place, whatever it says. Otherwise equals find each other first.
  if (rest.length !== more.length) {
    const waiting = new Map<string, Open[]>();
    for (const slot of rest.toReversed())
      for (const digest of slot.digests) {
        const queue = waiting.get(digest);
        if (queue === undefined) waiting.set(digest, [slot]);
        else queue.push(slot);
      }
    const taken = new Set<Open | Sent>();
    for (const message of more) {
      const queue = waiting.get(message.digest);
      let slot = queue?.pop();
      while (slot !== undefined && taken.has(slot)) slot = queue?.pop();
      if (slot === undefined) continue;
      taken.add(slot).add(message);
      found.push([slot, message]);
    }
    rest = rest.filter((slot) => !taken.has(slot));
    more = more.filter((message) => !taken.has(message));
  }
  for (let i = 0; i < Math.min(rest.length, more.length); i++) join(found, rest[i], more[i]);
  for (let i = 1; i <= tail; i++) join(found, slots[slots.length - i], messages[messages.length - i]);
  return found;
}

function join(found: [Open, Sent][], slot: Open | undefined, message: Sent | undefined): void {
  if (slot !== undefined && message !== undefined) found.push([slot, message]);
}
