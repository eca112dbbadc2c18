import type { Text } from '@komainu/model';

/** Documented exit codes: `check` and `scan` speak by the first four; the rest follow sysexits(3). */
export const EXIT = {
  ok: 0,
  tampered: 1,
  failed: 1,
  changed: 2,
  notFullyObserved: 3,
  usage: 64,
  data: 65,
  unavailable: 69,
  software: 70,
  io: 74,
  config: 78,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type KomainuErrorCode = 'usage' | 'config' | 'unavailable' | 'refused' | 'io' | 'data';

const EXIT_OF: Readonly<Record<KomainuErrorCode, ExitCode>> = {
  usage: EXIT.usage,
  config: EXIT.config,
  unavailable: EXIT.unavailable,
  refused: EXIT.failed,
  io: EXIT.io,
  data: EXIT.data,
};

/** What a command says instead of a stack trace: one sentence that names what was wrong, where, and what to do. */
export class KomainuError extends Error {
  readonly code: KomainuErrorCode;
  readonly said: Text;

  constructor(code: KomainuErrorCode, said: Text, options?: { readonly cause?: unknown }) {
    super(said.en, options);
    this.name = 'KomainuError';
    this.code = code;
    this.said = said;
  }

  get exit(): ExitCode {
    return EXIT_OF[this.code];
  }
}
