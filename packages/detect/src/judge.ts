import {
  type Artifact,
  type Baseline,
  type BlobRef,
  type Failure,
  type FileChange,
  type Finding,
  type GuardActs,
  type GuardReport,
  type Judgement,
  type Recording,
  text,
} from '@komainu/model';
import type { Bodies, Code, Context, Detector, FalseHeartbeat, OwnHit, Silence, Visited } from './define.ts';
import { type Case, examine, examineTogether, finish } from './engine.ts';
import { namedAsImage } from './files/image.ts';
import { changesOf } from './files/references.ts';
import { withDiffs } from './files/with-diffs.ts';
import { withWriters } from './files/with-writers.ts';
import { endedOn } from './headers/documents.ts';
import {
  ACT_DETECTORS,
  CHECK_DETECTORS,
  FILE_DETECTORS,
  FREE_ONLY,
  HEARTBEAT_DETECTORS,
  SILENCE_DETECTORS,
  VISIT_DETECTORS,
} from './registry.ts';
import { builtInRules } from './signs/built-in.ts';
import { collectSigns } from './signs/collect.ts';
import type { ReadyRules } from './signs/rules.ts';
import { merged, verdictOf } from './verdict.ts';

const given = <T>(value: T): Artifact<T> => ({ kind: 'observed', value, gaps: [] });

function conclude(
  over: readonly BlobRef[],
  baseline: BlobRef | null,
  findings: readonly Finding[],
): Judgement {
  const all = merged(findings);
  return { version: 1, over, baseline, verdict: verdictOf(all), findings: all };
}

export interface CheckInput {
  readonly recordings: readonly Visited[];
  /** What is approved for the page; null when nothing is, and then the verdict is never `clean`. */
  readonly baseline: { readonly ref: BlobRef; readonly baseline: Baseline } | null;
  /** Bodies of {@link bodiesOfRecording} and, so that changes can be told in words, {@link bodiesOfBaseline}. */
  readonly bodies: Bodies;
  /** Without it scripts are described by their text alone. */
  readonly code?: Code;
  /** The newest visits of other kinds of visitors, made in earlier checks under the same approval: nothing else is judged of them than what they did not receive. */
  readonly others?: readonly Visited[];
}

/** Judges the visits of one check together. Pure, deterministic, never throws. */
export function judgeCheck({ recordings, baseline, bodies, code, others }: CheckInput): Judgement {
  const context: Context = {
    baseline: baseline?.baseline ?? null,
    bodies,
    ...(code === undefined ? {} : { code }),
    ...(others === undefined ? {} : { others }),
  };
  const findings = recordings.flatMap(({ ref, recording }) => {
    const { visit, artifacts, failure, steps } = recording;
    const ended = endedOn(artifacts, visit.url);
    const evidence: Case = { ...artifacts, visit: given(visit), walk: given({ failure, steps, ended }) };
    const found = [
      ...examine(detectorsFor(recording), evidence, context),
      ...mismatch(recording, context.baseline),
    ];
    // A pointer alone does not say into which of several recordings it points.
    return recordings.length === 1 ? found : found.map((finding) => inside(finding, ref, visit.persona.id));
  });
  const extra = [
    ...examineTogether(CHECK_DETECTORS, recordings, context),
    ...(recordings.length === 0 ? [NOTHING_TO_JUDGE] : []),
    ...(baseline === null ? [NOTHING_APPROVED] : []),
  ];
  return conclude(
    recordings.map(({ ref }) => ref),
    baseline?.ref ?? null,
    [...findings, ...extra],
  );
}

/** Evidence that recordings made before visits had a role may lack. */
const NEWER = ['acts', 'connections'] as const;

/**
 * A pinned visit begins at the payment page and is answered from a tape: how it got there and with which headers is
 * told by the free visits. An older recording is judged by what it holds.
 */
function detectorsFor({ visit, artifacts }: Recording): readonly Detector[] {
  if (visit.role?.kind === 'pinned') return VISIT_DETECTORS.filter((detector) => !FREE_ONLY.has(detector));
  if (visit.role !== undefined) return VISIT_DETECTORS;
  return VISIT_DETECTORS.filter(
    ({ requires }) => !NEWER.some((name) => artifacts[name] === undefined && requires.includes(name)),
  );
}

const inside = (finding: Finding, ref: BlobRef, persona: string): Finding => ({
  ...finding,
  references: [
    { label: `recording (${persona})`.toWellFormed(), blob: ref, pointer: '', role: 'other' },
    ...finding.references,
  ],
});

const NOTHING_TO_JUDGE = finish('engine', {
  subject: 'no-recording',
  grade: 'unobserved',
  severity: 'high',
  title: text('The page was not visited at all.', 'ページへの訪問が一度も行われていません。'),
  detail: text(
    'There is no recording to judge. Check again.',
    '判定の対象となる記録がありません。もう一度検査してください。',
  ),
});

const NOTHING_APPROVED = finish('engine', {
  subject: 'no-baseline',
  grade: 'changed',
  severity: 'medium',
  title: text(
    'Nothing has been approved for this page yet, so there is nothing to compare it with.',
    'このページはまだ承認されていないため、比べる基準がありません。',
  ),
  detail: text(
    'Look through what the visit saw. If you recognise it all, approve the page: from then on any change is told.',
    '訪問で観測した内容を確認し、すべて心当たりがあればページを承認してください。以後の変化はすべてお知らせします。',
  ),
});

function mismatch({ visit }: Recording, baseline: Baseline | null): readonly Finding[] {
  if (baseline === null || (baseline.shop === visit.shop && baseline.page === visit.page)) return [];
  return [
    finish('engine', {
      subject: 'other-baseline',
      grade: 'unobserved',
      severity: 'high',
      title: text(
        `The approval at hand is for another page (${baseline.shop}/${baseline.page}).`,
        `参照した承認内容は別のページ（${baseline.shop}/${baseline.page}）のものです。`,
      ),
      detail: text(
        `The visit was to ${visit.shop}/${visit.page}. Judge it with that page's own approval.`,
        `訪問先は ${visit.shop}/${visit.page} です。そのページの承認内容で判定してください。`,
      ),
    }),
  ];
}

/** A body as an earlier report showed it. */
export interface Earlier {
  readonly report: BlobRef;
  readonly bytes: Uint8Array;
}

/** The changes whose earlier state matters to {@link judgeFiles}: pictures, which do not grow. */
export const growing = ({ changes }: GuardReport): readonly FileChange[] =>
  changes.filter(({ path, bodyAfter }) => bodyAfter !== null && namedAsImage(path));

/** Judges what a guard reported. */
export function judgeFiles(i: {
  readonly ref: BlobRef;
  readonly report: GuardReport;
  /** Bodies of {@link bodiesOfReport}. */
  readonly bodies: Bodies;
  /** Of the scripts among them. */
  readonly code?: Code;
  /** What counts as a sign; the rules that came with this version when left out. */
  readonly rules?: ReadyRules;
  /** Why rules that should be in force are not. */
  readonly notInForce?: Failure;
  /** What the owner's own rules find ({@link openOwnRules}); they have none when left out. */
  readonly ownHits?: Artifact<readonly OwnHit[]>;
  /** By path, what earlier reports showed there, where {@link growing} asks for it. */
  readonly earlier?: ReadonlyMap<string, Earlier>;
}): Judgement {
  const { ref, report, bodies, code, rules = builtInRules(), earlier = new Map<string, Earlier>() } = i;
  const { notInForce, ownHits = given([]) } = i;
  const evidence: Case = {
    changes: given(report.changes),
    gaps: given(report.gaps),
    signs: collectSigns(report, bodies, rules, notInForce),
    ownHits,
  };
  const context = {
    baseline: null,
    bodies,
    earlier: (path: string) => earlier.get(path)?.bytes,
    ...(code === undefined ? {} : { code }),
  };
  const over = [ref, ...new Set([...earlier.values()].map((one) => one.report))];
  const judgement = conclude(
    over,
    null,
    withDiffs(withWriters(examine(FILE_DETECTORS, evidence, context), report), report, bodies),
  );
  return { ...judgement, rules: rules.version, ...uploadsIn(report, judgement) };
}

/** Nothing speaks for an upload but the report that names it: as sealed says nothing of what was never sealed. */
function uploadsIn({ changes }: GuardReport, { findings }: Judgement): Pick<Judgement, 'uploads'> {
  const uploads = changes.filter(isUpload);
  if (uploads.length === 0) return {};
  const about = findings
    .filter(({ grade }) => grade === 'tampered')
    .map((finding) => changesOf(finding).flatMap((index) => changes[index] ?? []));
  const tampered = new Set(about.flat());
  return {
    uploads: {
      tampered: uploads.filter((change) => tampered.has(change)).map(({ path }) => path),
      others: uploads.filter((change) => !tampered.has(change)).map(({ path }) => path),
      tamperedElsewhere: about.some((found) => !found.some(isUpload)),
    },
  };
}

const isUpload = ({ policy, before }: FileChange): boolean => policy === 'no-exec' && before === null;

/** Judges that nothing was heard. */
export const judgeSilence = (silence: Silence): Judgement =>
  conclude(
    [],
    null,
    examine(SILENCE_DETECTORS, { silence: given(silence) }, { baseline: null, bodies: () => undefined }),
  );

const NOTHING: Context = { baseline: null, bodies: () => undefined };

/** Judges what a guard did by itself: what failed, and where it stopped. */
export const judgeActs = (ref: BlobRef, { acts }: GuardActs): Judgement => ({
  ...conclude([ref], null, examine(ACT_DETECTORS, { done: given(acts) }, NOTHING)),
  // Of an upload that was taken away nothing more is told.
  uploads: {
    tampered: [],
    others: acts.flatMap((act) => (act.kind === 'quarantined' ? [act.path] : [])),
    tamperedElsewhere: true,
  },
});

/** Judges a heartbeat that was refused. */
export const judgeHeartbeat = (heartbeat: FalseHeartbeat): Judgement =>
  conclude([], null, examine(HEARTBEAT_DETECTORS, { heartbeat: given(heartbeat) }, NOTHING));

const distinct = (refs: readonly (BlobRef | null)[]): readonly BlobRef[] => [
  ...new Set(refs.filter((ref) => ref !== null)),
];

/** What to load before {@link judgeCheck}: bodies of scripts and messages. */
export function bodiesOfRecording({ artifacts: { scripts, wire } }: Recording): readonly BlobRef[] {
  return distinct([
    ...(scripts.kind === 'observed' ? scripts.value.map((script) => script.body) : []),
    ...(wire.kind === 'observed'
      ? wire.value.map(({ body }) => (body.kind === 'bytes' ? body.blob : null))
      : []),
  ]);
}

/** Approved script bodies; without them a changed script is found all the same, but not described. */
export const bodiesOfBaseline = (baseline: Baseline): readonly BlobRef[] =>
  distinct(baseline.scripts.flatMap((script) => script.hashes));

/** What to load before {@link judgeFiles}. */
export const bodiesOfReport = ({ changes }: GuardReport): readonly BlobRef[] =>
  distinct(changes.flatMap((change) => [change.bodyBefore, change.bodyAfter]));
