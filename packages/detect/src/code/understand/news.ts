import { isDisguised } from './gauge.ts';
import type { Contents, NotUnderstood, Scanned, Trait, TraitKind, Understanding } from './types.ts';

/** What a script has that what it was made from has not. */
export interface News extends Contents {
  /** Traits of a kind that was there before; `count` is how many more. */
  readonly more: readonly Trait[];
  /** `code`: nothing but names and white space; `shape`: nothing but texts, numbers and property names. */
  readonly same: 'code' | 'shape' | null;
  /** It is disguised and was not, or there was nothing before. */
  readonly disguised: boolean;
  /** Why the text was not parsed. */
  readonly unread: Scanned['reason'] | NotUnderstood['reason'] | null;
  readonly revealed: Contents | null;
}

/** More of the same is worth a word only where it can take something away. */
export const TAKING: ReadonlySet<TraitKind> = new Set(['send', 'channel', 'load', 'run', 'hook', 'frame']);

const keyOf = ({ id, what }: Trait): string => (what === null ? id : `${id} ${what}`);

/** What is in one and not in the other; of traits that are in both, the rest of the count in `more`. */
export function newsOf(
  before: Contents | null,
  after: Contents,
): Contents & { readonly more: readonly Trait[] } {
  const hosts = new Set(before?.hosts);
  const targets = new Set(before?.targets);
  const urls = new Set(before?.urls);
  const counts = new Map(before?.traits.map((trait) => [keyOf(trait), trait.count]));
  const grown = after.traits.map((trait) => ({
    ...trait,
    count: trait.count - (counts.get(keyOf(trait)) ?? 0),
  }));
  return {
    hosts: after.hosts.filter((host) => !hosts.has(host)),
    targets: after.targets.filter((host) => !targets.has(host)),
    urls: after.urls.filter((url) => !urls.has(url)),
    traits: grown.filter((trait) => !counts.has(keyOf(trait))),
    more: grown.filter((trait) => counts.has(keyOf(trait)) && trait.count > 0),
  };
}

export const isNothing = ({ hosts, traits }: Contents): boolean => hosts.length === 0 && traits.length === 0;

const NOTHING: Contents = { hosts: [], targets: [], urls: [], traits: [] };

/**
 * Compares by meaning; null when that cannot be done, and the texts have to be compared.
 * @param before null: there was nothing
 */
export function compareUnderstood(
  before: Understanding | undefined | null,
  after: Understanding | undefined,
): News | null {
  if (after === undefined || before === undefined || before?.kind === 'not-understood') return null;
  if (after.kind === 'not-understood')
    return { ...NOTHING, more: [], same: null, disguised: false, unread: after.reason, revealed: null };
  const parsed = before?.kind === 'parsed' && after.kind === 'parsed';
  const sameShape = parsed && before.shape === after.shape;
  const sameCode = parsed && before.literal === after.literal;
  // One was parsed and the other only scanned: a scan finds more of some and less of others, so numbers mean nothing.
  const alike = before === null || before.kind === after.kind;
  const news = newsOf(before, after);
  return {
    ...news,
    more: alike ? news.more : [],
    same: sameCode ? 'code' : sameShape ? 'shape' : null,
    disguised: isDisguised(after.obfuscation) && !(before !== null && isDisguised(before.obfuscation)),
    unread: after.kind === 'scanned' ? after.reason : null,
    revealed: after.revealed ?? null,
  };
}
