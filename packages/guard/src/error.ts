export type GuardErrorCode =
  /** The root is not there, or is not a directory. */
  | 'root-missing'
  /** A worker thread of the guard ended by itself. */
  | 'worker-died'
  /** The spool or the guard's own state cannot be written or read. */
  | 'spool'
  /** Another seal came into force while this was being told. */
  | 'superseded'
  /** The guard was configured with something it cannot use. */
  | 'config';

/** Broken I/O or a bug; what a shop's server can be expected to do wrong is returned as a value instead. */
export class GuardError extends Error {
  readonly code: GuardErrorCode;

  constructor(code: GuardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'GuardError';
    this.code = code;
  }
}

/** The system's code of an I/O error (`ENOENT`), or an empty string. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/**
 * One line for people and gaps: the system's code and words, without a stack and without the path, which a hostile
 * name could fill with anything and which a gap names already.
 */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return codeOf(error) === '' ? error.message : (error.message.split(', ')[0] ?? error.message);
}
