import type { Slot } from './align.ts';
import { type Scene, type Variation, variation } from './variation.ts';
import type { Sent } from './sent.ts';
import { bitsOf } from './weigh.ts';

/** A value this hard to meet twice by accident needs no place to be recognised by. */
const DISTINCT = 32;
/** Values looked at in one visit. */
const MAX_VALUES = 20_000;

/** A part whatever its number in a list: `body /events/N/x`. */
export const generic = (part: string): string =>
  part.replace(/ #[\d…]+$/, '').replace(/\/\d+(?=\/|$| )/g, '/*');

/**
 * Values that stand in every visit of one card and in none of the other, in the same part of messages to the same
 * place, wherever in the flow: batches that are cut differently each time must not hide them.
 */
export function bagged(
  varied: readonly Slot[],
  scene: Scene,
  known: readonly Variation[],
): readonly Variation[] {
  if (scene.rounds < 2) return [];
  const told = new Set(
    known
      .filter(({ standing, kind, bits }) => standing === 'depends' && kind === 'value' && bits >= DISTINCT)
      .map(({ origin, part }) => `${origin} ${generic(part)}`),
  );
  const bags = new Map<string, readonly Map<string, readonly [Sent, string]>[]>();
  const left = scene.seen.map(() => MAX_VALUES);
  for (const slot of varied)
    for (const [v, sent] of slot.entries()) {
      if (sent === null) continue;
      for (const [part, text] of sent.leaves()) {
        if (text.length < 7 || (left[v] ?? 0) <= 0) continue;
        const key = `${sent.origin} ${generic(part)}`;
        if (told.has(key)) continue;
        left[v] = (left[v] ?? 0) - 1;
        const bag = bags.get(key) ?? scene.seen.map(() => new Map());
        bag[v]?.set(text, [sent, part]);
        bags.set(key, bag);
      }
    }
  return [...bags.values()].flatMap((bag): readonly Variation[] => {
    const own = (card: 0 | 1): readonly [string, readonly [Sent, string]] | undefined => {
      const mine = bag.filter((_, v) => v % 2 === card);
      const others = bag.filter((_, v) => v % 2 !== card);
      return [...(mine[0] ?? [])].find(
        ([text]) =>
          mine.every((one) => one.has(text)) &&
          !others.some((one) => one.has(text)) &&
          bitsOf(text, '') >= DISTINCT,
      );
    };
    const [a, b] = [own(0), own(1)];
    if (a === undefined || b === undefined) return [];
    const sides = [a[1][0], b[1][0]] as const;
    return [variation(scene, sides, [a[0], b[0]], { kind: 'value', standing: 'depends', part: a[1][1] })];
  });
}
