export type ProbeErrorCode = 'no-browser' | 'no-start' | 'closed';

/** The probe itself cannot work: no browser to run. What a page does is never one of these. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly code: ProbeErrorCode;

  constructor(code: ProbeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
