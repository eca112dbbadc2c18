import type {
  ArtifactName,
  Baseline,
  BlobRef,
  Connection,
  Difference,
  DocumentHeaders,
  Failure,
  FileChange,
  Finding,
  GuardAct,
  GuardianId,
  GuardReport,
  Instant,
  Leak,
  ObservedCardField,
  ObservedForm,
  ObservedFrame,
  ObservedScript,
  Recording,
  Reference,
  Screenshot,
  ScriptAct,
  StepRecord,
  Text,
  Visit,
  WireMessage,
} from '@komainu/model';
import type { Understanding } from './code/understand/types.ts';
import type { FileSigns } from './signs/collect.ts';

/** Loaded bodies by their hash; undefined when the caller could not load one. Never throws. */
export type Bodies = (ref: BlobRef) => Uint8Array | undefined;

/** Scripts by their hash, understood; undefined when nobody tried. Never throws. */
export type Code = (ref: BlobRef) => Understanding | undefined;

/** How far the journey went. */
export interface Walk {
  readonly failure: Failure | null;
  readonly steps: readonly StepRecord[];
  /** It ended on the payment page, for all that was observed; false when that was not observed. */
  readonly ended: boolean;
}

/** A probe or guard that has not been heard of. */
export interface Silence {
  readonly guardian: GuardianId;
  readonly kind: 'probe' | 'guard';
  /** Null when it was never heard at all. */
  readonly lastSeen: Instant | null;
}

/** A rule of the owner's own that holds of a changed file. */
export interface OwnHit {
  /** Of the change in its report. */
  readonly index: number;
  readonly change: FileChange;
  /** Untrusted: the rule's name. */
  readonly rule: string;
  /** The owner has said that a hit is an intrusion. */
  readonly grave: boolean;
}

/** A heartbeat that is no sign of life. */
export interface FalseHeartbeat {
  readonly guardian: GuardianId;
  readonly why: 'replayed' | 'unsigned' | 'forged';
}

/** Everything a detector may ask for, by name: artifacts of a visit, parts of a guard's report, a silence. */
export interface Evidence {
  readonly visit: Visit;
  readonly walk: Walk;
  readonly scripts: readonly ObservedScript[];
  readonly wire: readonly WireMessage[];
  readonly headers: readonly DocumentHeaders[];
  readonly frames: readonly ObservedFrame[];
  readonly forms: readonly ObservedForm[];
  readonly cardFields: readonly ObservedCardField[];
  readonly screenshots: readonly Screenshot[];
  readonly acts: readonly ScriptAct[];
  readonly connections: readonly Connection[];
  readonly changes: readonly FileChange[];
  readonly gaps: GuardReport['gaps'];
  readonly signs: readonly FileSigns[];
  readonly ownHits: readonly OwnHit[];
  readonly silence: Silence;
  /** What a guard did by itself. */
  readonly done: readonly GuardAct[];
  readonly heartbeat: FalseHeartbeat;
}
export type EvidenceName = keyof Evidence;

export interface Context {
  /** Null when nothing was ever approved for the page, and for files (their seal is the approval). */
  readonly baseline: Baseline | null;
  readonly bodies: Bodies;
  /** What scripts say, as far as somebody understood them beforehand ({@link openAnalyst}). */
  readonly code?: Code;
  /** The newest visits of other kinds of visitors, made in earlier checks under the same approval. */
  readonly others?: readonly Visited[];
  /** What an earlier report showed at a path: what is not sealed can grow from report to report. */
  readonly earlier?: (path: string) => Uint8Array | undefined;
}

/** A finding as a detector writes it; the engine adds the detector's id and guards what is untrusted. */
export interface Draft {
  /** What it is about; with the detector's id it becomes the key, so it holds no times, nonces or canaries. */
  readonly subject: string;
  readonly grade: Finding['grade'];
  readonly severity: Finding['severity'];
  /** `certain` when left out. */
  readonly confidence?: Finding['confidence'];
  readonly title: Text;
  readonly detail: Text;
  readonly references?: readonly Reference[];
  readonly leak?: Leak;
  readonly difference?: Difference;
}

/** A pure function from the evidence it requires to findings; the same input gives the same findings in the same order. */
export interface Detector<N extends EvidenceName = EvidenceName> {
  /** Lower case and dashes; part of every key it makes, so it never changes. */
  readonly id: string;
  readonly title: Text;
  /** Which attack it is for. */
  readonly why: Text;
  readonly requires: readonly N[];
  detect(seen: Pick<Evidence, N>, context: Context): readonly Draft[];
}

/** Defines a detector that is handed only what it requires. When any of that failed, the engine speaks in its place. */
export const defineDetector = <const N extends EvidenceName>(detector: Detector<N>): Detector<N> => detector;

/** One visit of a check, under the name of its recording. */
export interface Visited {
  readonly ref: BlobRef;
  readonly recording: Recording;
}

/**
 * A pure function from all visits of a check together to findings: what only shows between visits. It is called
 * whatever is missing, and draws nothing from a visit that did not observe what it needs.
 */
export interface CheckDetector {
  readonly id: string;
  readonly title: Text;
  readonly why: Text;
  /** Artifacts it looks at; where one failed or has gaps in a visit that has a role, the engine says so. */
  readonly requires: readonly ArtifactName[];
  detect(visits: readonly Visited[], context: Context): readonly Draft[];
}

/** Defines a detector over all visits of a check. */
export const defineCheckDetector = (detector: CheckDetector): CheckDetector => detector;
