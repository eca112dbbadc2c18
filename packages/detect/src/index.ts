export type {
  Bodies,
  Code,
  Context,
  Detector,
  Draft,
  Evidence,
  EvidenceName,
  Silence,
  Walk,
} from './define.ts';
export { defineDetector } from './define.ts';
export { type Account, type DraftedBaseline, type DraftInput, draftBaseline } from './draft.ts';
export {
  bodiesOfBaseline,
  bodiesOfRecording,
  bodiesOfReport,
  type CheckInput,
  judgeCheck,
  judgeFiles,
  judgeSilence,
} from './judge.ts';
export type { Contents, Trait, TraitKind, Understanding, Understood } from './code/understand/types.ts';
export { type Flow, flowsOf } from './flows.ts';
export { type HaltProof, proveHalt } from './prove.ts';
export { DETECTORS } from './registry.ts';
export { verdictOf, worse } from './verdict.ts';
