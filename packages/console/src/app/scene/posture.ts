import type { VerdictKind } from '@komainu/model';
import type { GuardianState, RootState, ShopView } from '../api/types.ts';

/** How a guardian sits: what it last saw, and whether it is there at all. */
export type Posture = 'calm' | 'uneasy' | 'alert' | 'silent' | 'unknown';

/** What the shop's owner must know at a glance while the gate is open. */
export type Mood = 'calm' | 'waiting' | 'changed' | 'unobserved' | 'silent' | 'alert';

const worst = (verdicts: readonly VerdictKind[]): Posture => {
  if (verdicts.includes('tampered')) return 'alert';
  return verdicts.some((verdict) => verdict !== 'clean') ? 'uneasy' : 'calm';
};

const verdictsOf = (shop: ShopView, kind: GuardianState['kind']): readonly VerdictKind[] => {
  const last = kind === 'probe' ? shop.pages.map((page) => page.lastCheck) : shop.roots.map(verdictOn);
  return last.flatMap((seen) => (seen === null || seen.verdict === null ? [] : [seen.verdict]));
};

/** A harmless report says nothing of a file that was altered before. */
export const verdictOn = ({ altered, lastReport }: RootState): { readonly verdict: VerdictKind | null } => ({
  verdict: altered ? 'tampered' : (lastReport?.verdict ?? null),
});

/** An alarm outlives the one who raised it: a guardian that saw tampering and then fell silent still shows the alarm. */
export const postureOf = (shop: ShopView, kind: GuardianState['kind']): Posture => {
  const ours = shop.guardians.filter((guardian) => guardian.kind === kind);
  const seen = worst(verdictsOf(shop, kind));
  if (seen === 'alert') return 'alert';
  if (ours.some((guardian) => guardian.state === 'silent')) return 'silent';
  if (ours.length === 0 || ours.some((guardian) => guardian.state === 'unknown')) return 'unknown';
  return seen;
};

export const moodOf = (shop: ShopView): Mood => {
  const postures = [postureOf(shop, 'guard'), postureOf(shop, 'probe')];
  const verdicts = [...verdictsOf(shop, 'probe'), ...verdictsOf(shop, 'guard')];
  if (postures.includes('alert')) return 'alert';
  if (postures.includes('silent')) return 'silent';
  if (verdicts.includes('not-fully-observed')) return 'unobserved';
  if (verdicts.includes('changed')) return 'changed';
  const unjudged = shop.pages.some((page) => page.lastCheck === null);
  return postures.includes('unknown') || unjudged ? 'waiting' : 'calm';
};
