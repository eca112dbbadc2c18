export { backoff, type Wait } from './actor.ts';
export { decide, type HaltRequest, orderHalt, pending, recover } from './decide.ts';
export { type EntryDraft, stamp } from './draft.ts';
export { applyEntry } from './fold.ts';
export { checkGate, decideDrift, type GateOptions, type GateReading } from './gate.ts';
export { type HaltEnd, type HaltOptions, type HaltProof, runHalt } from './halt.ts';
export { type NoticeEnd, type NoticeRefusal, ProcessorNotice, processorNotice } from './notice.ts';
export type { Accepted } from './refusals.ts';
export {
  type ResumeCheck,
  type ResumeEnd,
  type ResumeOptions,
  type ResumeRequest,
  runResume,
} from './resume.ts';
export {
  type Act,
  type Alarm,
  currentIncident,
  type GuardianState,
  initialState,
  isAltered,
  nextAct,
  type PageState,
  type Recorded,
  type RootState,
  type ShopState,
} from './state.ts';
export { titleOf } from './timeline.ts';
