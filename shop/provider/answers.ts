import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';

export type ErrorType = 'card_error' | 'invalid_request_error' | 'authentication_error' | 'api_error';
export type ApiError = {
  readonly type: ErrorType;
  readonly code: string;
  readonly message: string;
  readonly param?: string;
  readonly decline_code?: string;
};

/** What a call ends in, before it becomes HTTP: kept for idempotent repeats exactly as it was. */
export type Answer = {
  readonly status: 200 | 201 | 400 | 401 | 402 | 403 | 404 | 409 | 503;
  readonly body: object;
};

export const failure = (status: Answer['status'], error: ApiError): Answer => ({ status, body: { error } });
export const send = (c: Context, answer: Answer): Response =>
  c.json(answer.body, answer.status, { 'cache-control': 'no-store' });

export const invalid = (code: string, param: string, message: string): Answer =>
  failure(400, { type: 'invalid_request_error', code, param, message });

export const sameSecret = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
};

export const bearerOf = (c: Context): string =>
  /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '';

/** The body as a plain object, or undefined for anything else: callers turn that into a 400. */
export async function jsonBody(c: Context): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const value: unknown = await c.req.json();
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
