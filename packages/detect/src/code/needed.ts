import type { Baseline, BlobRef, GuardReport, ObservedScript, Recording } from '@komainu/model';
import type { Bodies } from '../define.ts';
import { placeOfScript } from '../detectors/unapproved-script.ts';
import { hasShape } from './shape.ts';

/** A script that is not as approved, and what it may have been made from. */
export interface Suspect {
  readonly ref: BlobRef;
  readonly approved: readonly BlobRef[];
}

/** A page can bring any number of scripts; what is beyond is described by its text alone. */
const MAX = 300;
/** Inline code has one place for all of a document. */
const MAX_APPROVED = 40;

/** Which scripts are worth understanding before {@link judgeCheck}: those that are not as approved. Approved ones cost nothing. */
export function suspectsOfCheck(
  recordings: readonly Recording[],
  baseline: Baseline | null,
  bodies: Bodies,
): readonly Suspect[] {
  if (baseline === null) return [];
  const approved = new Map(baseline.scripts.map((script) => [script.where, script]));
  const suspects = new Map<BlobRef, Suspect>();
  for (const script of recordings.flatMap(scriptsOf)) {
    if (suspects.size >= MAX) break;
    const there = approved.get(placeOfScript(script));
    if (there !== undefined && (there.hashes.length === 0 || there.hashes.includes(script.body))) continue;
    const body = there?.shape === undefined ? undefined : bodies(script.body);
    if (there?.shape !== undefined && body !== undefined && hasShape(body, there.shape)) continue;
    suspects.set(script.body, { ref: script.body, approved: there?.hashes.slice(0, MAX_APPROVED) ?? [] });
  }
  return [...suspects.values()];
}

const scriptsOf = ({ artifacts: { scripts } }: Recording): readonly ObservedScript[] =>
  scripts.kind === 'observed' ? scripts.value : [];

/** The same before {@link judgeFiles}: scripts for the browser among the files that changed. */
export const suspectsOfReport = ({ changes }: GuardReport): readonly Suspect[] =>
  changes
    .filter(({ path, policy }) => policy === 'sealed' && isScript(path))
    .flatMap(({ bodyBefore, bodyAfter }): readonly Suspect[] =>
      bodyAfter === null ? [] : [{ ref: bodyAfter, approved: bodyBefore === null ? [] : [bodyBefore] }],
    )
    .slice(0, MAX);

const isScript = (path: string): boolean => /\.[cm]?js$/i.test(path);
