import type { Failure, FailureCode } from '@komainu/model';

/** Thrown by the streams of orders only: everything else returns its failure as a value. */
export class ShopsError extends Error {
  override readonly name = 'ShopsError';
  readonly code: FailureCode;
  /** What to tell the people. */
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message.en, options);
    this.code = failure.code;
    this.failure = failure;
  }
}
