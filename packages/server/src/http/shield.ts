import type { MiddlewareHandler } from 'hono';
import { ApiError } from './api-error.ts';

const HEADERS: Readonly<Record<string, string>> = {
  // The console loads nothing from elsewhere; `blob:` is for screenshots fetched with the session and shown as images.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
};

/** Security headers on every answer; what a handler set itself stays. */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS))
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  if (c.req.path.startsWith('/api/') && !c.res.headers.has('cache-control'))
    c.res.headers.set('cache-control', 'no-store');
};

/**
 * Answers only to names that are ours. A stranger's page whose name was made to resolve to this machine (DNS
 * rebinding) is of our origin to the browser; its `Host` gives it away.
 */
export const hostCheck = (names: readonly string[]): MiddlewareHandler => {
  const ours = new Set(['localhost', '[::1]', ...names.map((name) => name.toLowerCase())]);
  return async (c, next) => {
    const host = (c.req.header('host') ?? new URL(c.req.url).host).toLowerCase();
    const name = host.replace(/:\d+$/, '');
    if (!ours.has(name) && !/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)) throw FORBIDDEN;
    await next();
  };
};

const FORBIDDEN = new ApiError(
  403,
  'forbidden-host',
  'This server does not answer to that name. Use its own address, or add the name to the allowed hosts.',
  'このサーバーはその名前では応答しません。サーバー自身のアドレスを使うか、許可するホスト名に追加してください。',
);
