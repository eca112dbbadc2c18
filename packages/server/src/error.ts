import { type Text, text } from '@komainu/model';

export type ServerErrorCode =
  /** The configuration asks for something that is not there: a journey's file, a shop's platform. */
  | 'config'
  /** The evidence could not be written: nothing was acknowledged. */
  | 'storage'
  /** The admin token's file cannot be trusted. */
  | 'token'
  /** The address is taken or not ours. */
  | 'listen'
  /** A check could not be made at all: no browser, no queue. */
  | 'check'
  /** The server is stopping. */
  | 'stopped';

/** What keeps the server from starting or from recording; `text` is for people. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;
  readonly text: Text;

  constructor(code: ServerErrorCode, en: string, ja: string, cause?: unknown) {
    super(en, cause === undefined ? undefined : { cause });
    this.code = code;
    this.text = text(en, ja);
  }
}

/** The short words of an unknown error, for a log line; never a stack. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
