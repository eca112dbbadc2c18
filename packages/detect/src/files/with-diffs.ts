import type { BlobRef, Finding, GuardReport } from '@komainu/model';
import type { Bodies } from '../define.ts';
import { worse } from '../verdict.ts';
import { diffOf, type Side } from './diff.ts';
import { changesOf } from './references.ts';

/** A judgement stays below a few hundred kilobytes. */
const MOST = 40;

/** Shows what changed with the gravest finding of each file; the others of it need not say it again. */
export function withDiffs(
  findings: readonly Finding[],
  { changes }: GuardReport,
  bodies: Bodies,
): readonly Finding[] {
  const side = (ref: BlobRef | null): Side | null | undefined => {
    const bytes = ref === null ? null : bodies(ref);
    return ref === null ? null : bytes === undefined || bytes === null ? undefined : { hash: ref, bytes };
  };
  const shown = new Set<number>();
  const diffs = new Map<Finding, NonNullable<ReturnType<typeof diffOf>>>();
  for (const finding of findings.toSorted(worse)) {
    if (shown.size >= MOST) break;
    const [index] = changesOf(finding);
    const change = index === undefined ? undefined : changes[index];
    if (index === undefined || change === undefined || shown.has(index)) continue;
    shown.add(index);
    const [before, after] = [side(change.bodyBefore), side(change.bodyAfter)];
    // One side missing is not one side empty.
    const whole =
      (change.before?.type !== 'file' || before !== null) &&
      (change.after?.type !== 'file' || after !== null);
    if (before === undefined || after === undefined || !whole) continue;
    const diff = diffOf(before, after);
    if (diff !== null) diffs.set(finding, diff);
  }
  return findings.map((finding) => {
    const diff = diffs.get(finding);
    return diff === undefined ? finding : { ...finding, diff };
  });
}
