import type { ActResult } from '@komainu/model';
import * as failures from '../failures.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Bytes of an answer that are read; a page of 250 orders is far below. */
const LARGEST = 16 * 2 ** 20;

/** One POST of JSON. Nothing is followed, nothing retried; every way to fail is a typed value. */
export async function post(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
  /** Milliseconds until the last byte of the answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}): Promise<ActResult<HttpAnswer>> {
  const { url, signal } = options;
  const limit = AbortSignal.timeout(options.timeout);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...options.headers },
      body: JSON.stringify(options.payload),
      // A redirect would carry the password or the session elsewhere.
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    });
    const body = await readBody(response);
    if (body === null) return { kind: 'failed', failure: failures.tooLarge(url, LARGEST) };
    return { kind: 'done', value: { status: response.status, headers: response.headers, body } };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', failure: failures.stopped(url) };
    if (limit.aborted) return { kind: 'failed', failure: failures.timedOut(url, options.timeout) };
    return { kind: 'failed', failure: connectionFailure(url, error) };
  }
}

/** Null when it is too large. */
async function readBody(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels the stream, and with it the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function connectionFailure(url: string, error: unknown) {
  // undici wraps the system's error: "fetch failed" says nothing, its cause does.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const detail = cause instanceof Error ? `${code} ${cause.message}`.trim() : String(error);
  const isTls = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code);
  return isTls ? failures.tls(url, detail) : failures.unreachable(url, detail);
}
