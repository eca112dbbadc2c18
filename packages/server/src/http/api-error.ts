import { type Text, text } from '@komainu/model';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export type ApiErrorCode =
  | 'bad-request'
  | 'unauthorized'
  | 'too-many-attempts'
  | 'forbidden-host'
  | 'forbidden-origin'
  | 'not-found'
  | 'conflict'
  | 'replay'
  | 'too-large'
  | 'bad-signature'
  | 'refused'
  | 'check-failed'
  | 'storage'
  | 'busy'
  | 'internal';

/** What a request is answered with when it cannot be done. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;
  readonly code: ApiErrorCode;
  readonly text: Text;

  constructor(status: ContentfulStatusCode, code: ApiErrorCode, en: string, ja: string) {
    super(en);
    this.status = status;
    this.code = code;
    this.text = text(en, ja);
  }
}

export const notFound = (en: string, ja: string): ApiError => new ApiError(404, 'not-found', en, ja);
