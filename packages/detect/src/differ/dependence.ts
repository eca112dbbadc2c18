import type { Baseline, CardField } from '@komainu/model';
import { destinationOf, grantOf, mayLearn } from '../allowance.ts';
import type { Comparison } from './compare.ts';
import type { Variation } from './variation.ts';

/**
 * `proved`: could not come about by accident; `slight`: seen in every pair, but so little that a race may have made
 * it; `ambiguous`: as slight, and another pair would tell; `undecided`: one pair only.
 */
type Sure = 'proved' | 'slight' | 'ambiguous' | 'undecided';

/** What is sent to one place and depends on the card without leave. */
export interface Dependence {
  readonly template: string;
  readonly origin: string;
  readonly sure: Sure;
  /** The variation that tells most. */
  readonly chief: Variation;
  /** Other parts of the same messages that vary with it. */
  readonly others: readonly Variation[];
}

/** Bits below which agreement may be an accident: two pairs, and three or more. */
const BY_ACCIDENT = (rounds: number): number => (rounds === 2 ? 32 : 12);

/** Bits of two small things that happened together. */
const ONE_ACCIDENT = 4;

/** Pairs of visits after which nothing more is learnt. */
export const MAX_ROUNDS = 3;

/** What varies with the card and is not allowed to, by template. */
export function dependences(
  { rounds, variations }: Comparison,
  baseline: Baseline | null,
): readonly Dependence[] {
  const mine = variations.filter(
    (one) => (one.standing !== 'noise' || one.tells.kind === 'fields') && !isAllowed(one, baseline),
  );
  const weight = new Map<string, number>();
  for (const { origin, standing, bits, tells } of mine)
    if (standing === 'depends' && tells.kind === 'unread')
      weight.set(origin, (weight.get(origin) ?? 0) + bits);
  const groups = new Map<string, { one: Variation; sure: Sure }[]>();
  for (const one of mine) {
    const item = { one, sure: sureOf(one, rounds, weight.get(one.origin) ?? 0) };
    const group = groups.get(one.template);
    if (group === undefined) groups.set(one.template, [item]);
    else group.push(item);
  }
  return [...groups].flatMap(([template, group]): readonly Dependence[] => {
    const [chief, ...others] = group.toSorted((x, y) => rank(x) - rank(y) || y.one.bits - x.one.bits) as [
      { one: Variation; sure: Sure },
      ...{ one: Variation; sure: Sure }[],
    ];
    if (isChance(chief, weight.get(chief.one.origin) ?? 0, baseline)) return [];
    const found: Dependence = {
      template,
      origin: chief.one.origin,
      sure: chief.sure,
      chief: chief.one,
      others: others.map(({ one }) => one),
    };
    return [found];
  });
}

/** After all pairs, what is left may still be one accident that fell so; on its own, to a host that is known, it is nothing. */
const isChance = (
  { one, sure }: { readonly one: Variation; readonly sure: Sure },
  weight: number,
  baseline: Baseline | null,
): boolean =>
  sure === 'slight' &&
  one.tells.kind === 'unread' &&
  weight <= ONE_ACCIDENT &&
  destinationOf(baseline, one.origin) !== undefined;

/** Into a call that is granted it, or no more than its destination may learn. */
function isAllowed({ a, b, origin, tells }: Variation, baseline: Baseline | null): boolean {
  const grants = [a.sent?.message, b.sent?.message]
    .filter((message) => message != null)
    .map((message) => grantOf(baseline, message)?.fields ?? []);
  // What cannot be read may hold the number: only a call that takes the number may take it.
  const fields = tells.kind === 'fields' ? tells.fields : (['number'] as const);
  const may = (grant: readonly CardField[]): boolean =>
    grant.includes('number') || fields.every((field) => grant.includes(field));
  if (grants.length > 0 && grants.every(may)) return true;
  return tells.kind === 'part' && mayLearn(destinationOf(baseline, origin), tells.part);
}

function sureOf({ tells, standing }: Variation, rounds: number, weight: number): Sure {
  // Two values that each are their own card's last four digits, or code, need no second pair.
  if (tells.kind === 'fields' || (tells.kind === 'part' && tells.part !== 'length')) return 'proved';
  if (standing === 'undecided') return 'undecided';
  if (tells.kind === 'unread' && weight >= BY_ACCIDENT(rounds)) return 'proved';
  return rounds < MAX_ROUNDS ? 'ambiguous' : 'slight';
}

const SURE: readonly Sure[] = ['proved', 'slight', 'ambiguous', 'undecided'];
const TELLS = ['fields', 'unread', 'part'] as const;
const rank = ({ one, sure }: { readonly one: Variation; readonly sure: Sure }): number =>
  SURE.indexOf(sure) * 4 + TELLS.indexOf(one.tells.kind);
