import type { Baseline } from '@komainu/model';
import type { Bodies, Visited } from '../define.ts';
import { compared } from './compare.ts';
import { dependences, MAX_ROUNDS } from './dependence.ts';

/**
 * Would another pair of pinned visits tell more? True when the visits with one card differ from those with the other in
 * what the baseline does not allow, and it may still be chance. Never throws: evidence that cannot be compared is not
 * made comparable by more of it.
 */
export function inDoubt(input: {
  readonly recordings: readonly Visited[];
  readonly bodies: Bodies;
  readonly baseline: Baseline | { readonly baseline: Baseline } | null;
}): boolean {
  const { recordings, bodies, baseline } = input;
  try {
    // A copy: the runner adds to its list and asks again.
    const comparison = compared([...recordings], bodies);
    if (comparison === null || comparison.rounds >= MAX_ROUNDS) return false;
    const approved = baseline !== null && 'baseline' in baseline ? baseline.baseline : baseline;
    return dependences(comparison, approved).some(({ sure }) => sure === 'undecided' || sure === 'ambiguous');
  } catch {
    return false;
  }
}
