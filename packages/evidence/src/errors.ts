/** What went wrong, for programs; `message` is the same for people, in one sentence. */
export type EvidenceErrorCode =
  /** Stored bytes differ from what the signed checkpoint covers; `file` names them. Nothing was repaired. */
  | 'ledger-damaged'
  /** Another process is the ledger's writer. */
  | 'ledger-locked'
  /** `close()` was called. */
  | 'ledger-closed'
  /** A write failed at a moment that left the outcome unknown; open the ledger again to learn it. */
  | 'ledger-stopped'
  | 'entry-too-large'
  /** Entries of this kind are written by the ledger itself. */
  | 'entry-reserved'
  | 'out-of-range'
  /** The file system refused (full, quota, read-only, I/O error); `cause` has its error. Nothing was acknowledged. */
  | 'disk'
  | 'key-exposed'
  | 'key-damaged'
  /** The ledger was written under another name or with another key. */
  | 'key-mismatch'
  | 'blob-damaged'
  | 'blob-missing'
  | 'blob-too-large'
  | 'bad-input';

export interface EvidenceErrorDetails {
  readonly cause?: unknown;
  readonly file?: string;
}

export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;
  /** The file concerned, relative to the store it belongs to. */
  readonly file: string | undefined;

  constructor(code: EvidenceErrorCode, message: string, details: EvidenceErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.file = details.file;
  }
}

/** The short reason inside an error of the system, for one sentence to a person. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = errnoOf(error);
  const known = code === undefined ? undefined : SPOKEN[code];
  return known ?? code ?? error.message;
}

export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error is the file system's, and not that of a caller's own code that ran within. */
export const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

export const isMissing = (error: unknown): boolean => {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
};

const SPOKEN: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file-size limit is reached',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EIO: 'input/output error of the device',
};
