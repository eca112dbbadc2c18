export type { SealedEntries } from './seal/entries.ts';
export { mayHoldCard, refusePlan } from './database/columns.ts';
export type { OpenDatabase } from './database/connection.ts';
export { grantStatements } from './database/grants.ts';
export { databaseOf } from './database/open-database.ts';
export { planOf } from './database/platforms.ts';
export { scanDatabase } from './database/scan-database.ts';
export { sealDatabase, type SealDatabaseResult } from './database/seal-database.ts';
export { couldRun } from './database/sieve.ts';
export { digestOfState, digestsOf } from './disk/difference.ts';
export { bytesOfText, textOfBytes } from './disk/names.ts';
export { GuardError, type GuardErrorCode } from './error.ts';
export { type Inspection, inspectRoot } from './platforms/inspect.ts';
export { findWebUser, type WebUser } from './platforms/web-user.ts';
export { type Scan, type ScanOptions, scanRoot } from './scan/scan-root.ts';
export { expiryOf } from './seal/expiry.ts';
export type { SealSigner } from './seal/formats/key.ts';
export { highestSeen, noteRelease } from './seal/highest.ts';
export { installSeal, type InstallSealOptions, type InstallSealResult } from './seal/install-seal.ts';
export {
  type OpenSeal,
  type OpenSealOptions,
  openSeal,
  type SealOpened,
  type SealRefused,
} from './seal/open-seal.ts';
export { type SealRootOptions, type SealRootResult, sealRoot } from './seal/seal-root.ts';
export { publicKeyFiles } from './seal/sign.ts';
export {
  type Watch,
  type WatchOptions,
  type WatchProblem,
  type WatchStart,
  watchRoot,
} from './watch/watch-root.ts';
export type { SourceName } from './watch/sources/source.ts';
export { type QuarantineResult, quarantineFile } from './restore/quarantine.ts';
export { restoreRoot } from './restore/restore-root.ts';
export {
  type RestoreOptions,
  type RestoreResult,
  restoreFile,
  restoreFiles,
} from './restore/restore-file.ts';
export type { IsMisplaced } from './act/plan.ts';
export { callToStandAgain } from './act/standing.ts';
export type { GuardEvent } from './runner/events.ts';
export type { GuardedRoot } from './runner/root-guard.ts';
export {
  type RunGuardOptions,
  type RunGuardResult,
  type RunningGuard,
  runGuard,
} from './runner/run-guard.ts';
export { openGuardKey } from './runner/guard-key.ts';
export { openServiceManager } from './runner/service-manager.ts';
export { tokenFrom } from './runner/token.ts';
