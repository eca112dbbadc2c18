import type { CheckDetector, Detector } from './define.ts';
import { backDoor } from './detectors/back-door.ts';
import { cardCapture } from './detectors/card-capture.ts';
import { plantedRun } from './detectors/planted-run.ts';
import { hostileSetting } from './detectors/hostile-setting.ts';
import { scheduledCommand } from './detectors/scheduled-command.ts';
import { canaryOnWire } from './detectors/canary-on-wire.ts';
import { cardRead } from './detectors/card-read.ts';
import { cardNotTyped } from './detectors/card-not-typed.ts';
import { changedScript } from './detectors/changed-script.ts';
import { databaseProgram } from './detectors/database-program.ts';
import { dependsOnCard } from './detectors/depends-on-card.ts';
import { executableUpload } from './detectors/executable-upload.ts';
import { falseHeartbeat } from './detectors/false-heartbeat.ts';
import { foreignKey } from './detectors/foreign-key.ts';
import { formAction } from './detectors/form-action.ts';
import { goesQuiet } from './detectors/goes-quiet.ts';
import { guardGaps } from './detectors/guard-gaps.ts';
import { guardStopped } from './detectors/guard-stopped.ts';
import { guardianSilent } from './detectors/guardian-silent.ts';
import { journeyBroken } from './detectors/journey-broken.ts';
import { notAnImage } from './detectors/not-an-image.ts';
import { ownRule } from './detectors/own-rule.ts';
import { pageNotReached } from './detectors/page-not-reached.ts';
import { paymentFrame } from './detectors/payment-frame.ts';
import { personaDifference } from './detectors/persona-difference.ts';
import { sealedFile } from './detectors/sealed-file.ts';
import { sealedRow } from './detectors/sealed-row.ts';
import { securityHeader } from './detectors/security-header.ts';
import { timeSetBack } from './detectors/time-set-back.ts';
import { unapprovedDestination } from './detectors/unapproved-destination.ts';
import { unapprovedScript } from './detectors/unapproved-script.ts';
import { unseenBody } from './detectors/unseen-body.ts';
import { unseenConnection } from './detectors/unseen-connection.ts';
import { visitorField } from './detectors/visitor-field.ts';

/** Over each recording of a check. */
export const VISIT_DETECTORS: readonly Detector[] = [
  journeyBroken,
  pageNotReached,
  canaryOnWire,
  foreignKey,
  unapprovedScript,
  changedScript,
  unapprovedDestination,
  paymentFrame,
  formAction,
  securityHeader,
  cardNotTyped,
  unseenBody,
  unseenConnection,
];

/** Of those, the ones that have nothing to say about a pinned visit. */
export const FREE_ONLY: ReadonlySet<Detector> = new Set([journeyBroken, pageNotReached, securityHeader]);

/** Over all recordings of a check together. */
export const CHECK_DETECTORS: readonly CheckDetector[] = [
  dependsOnCard,
  cardRead,
  goesQuiet,
  personaDifference,
];

/** Over a guard's report. */
export const FILE_DETECTORS: readonly Detector[] = [
  sealedFile,
  executableUpload,
  notAnImage,
  timeSetBack,
  backDoor,
  cardCapture,
  plantedRun,
  hostileSetting,
  scheduledCommand,
  ownRule,
  sealedRow,
  databaseProgram,
  visitorField,
  guardGaps,
];

/** Over a silence. */
export const SILENCE_DETECTORS: readonly Detector[] = [guardianSilent];

/** Over what a guard did by itself. */
export const ACT_DETECTORS: readonly Detector[] = [guardStopped];

/** Over a heartbeat that was refused. */
export const HEARTBEAT_DETECTORS: readonly Detector[] = [falseHeartbeat];

export const DETECTORS: readonly (Detector | CheckDetector)[] = [
  ...VISIT_DETECTORS,
  ...CHECK_DETECTORS,
  ...FILE_DETECTORS,
  ...SILENCE_DETECTORS,
  ...ACT_DETECTORS,
  ...HEARTBEAT_DETECTORS,
];
