export { blobRefsIn } from './blob-refs.ts';
export { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
export type { SignedCheckpoint } from './commit.ts';
export { EvidenceError, type EvidenceErrorCode } from './errors.ts';
export { type FileBlobs, isBlobRef, openFileBlobs } from './file-blobs.ts';
export { type LedgerFiles, openDirectory, type WrittenFile } from './files.ts';
export { type Keys, type KeysOptions, openKeys } from './keys.ts';
export {
  type Appended,
  type IndexedEntry,
  type Ledger,
  type LedgerOptions,
  openLedger,
  type Snapshot,
} from './ledger.ts';
export { type Hash, leafHash } from './merkle.ts';
export { isNoteSignedBy, type Note, parseNote, type Signer, signNote } from './note.ts';
export type { Problem } from './problems.ts';
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from './proofs.ts';
export type { Recovery } from './recover.ts';
export { readRotation, type Rotation, ROTATION_KIND } from './rotation.ts';
export { type BundleVerdict, verifyBundle } from './verify-bundle.ts';
export { type LedgerVerdict, verifyLedger } from './verify-ledger.ts';
export { parsePublicKey, parseVkey, type VerifierKey } from './vkey.ts';
export { type BundleOptions, writeBundle, type WrittenBundle } from './write-bundle.ts';
