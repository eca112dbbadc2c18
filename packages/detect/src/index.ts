export type {
  Bodies,
  CheckDetector,
  Code,
  Context,
  Detector,
  Draft,
  Evidence,
  EvidenceName,
  FalseHeartbeat,
  OwnHit,
  Silence,
  Visited,
  Walk,
} from './define.ts';
export { defineCheckDetector, defineDetector } from './define.ts';
export { inDoubt } from './differ/doubt.ts';
export { type Account, type DraftedBaseline, type DraftInput, draftBaseline } from './draft.ts';
export {
  bodiesOfBaseline,
  bodiesOfRecording,
  bodiesOfReport,
  type CheckInput,
  type Earlier,
  growing,
  judgeActs,
  judgeCheck,
  judgeFiles,
  judgeHeartbeat,
  judgeSilence,
} from './judge.ts';
export { type Suspect, suspectsOfCheck, suspectsOfReport } from './code/needed.ts';
export type { Contents, Trait, TraitKind, Understanding, Understood } from './code/understand/types.ts';
export { isFalseImage } from './detectors/not-an-image.ts';
export { executableByContent, executableByName } from './files/executable.ts';
export { type Flow, flowsOf } from './flows.ts';
export { type HaltProof, proveHalt } from './prove.ts';
export { DETECTORS } from './registry.ts';
export { builtInRules } from './signs/built-in.ts';
export { type Checked, checkRules } from './signs/check.ts';
export type { ReadyRules } from './signs/rules.ts';
export { verdictOf, worse } from './verdict.ts';
