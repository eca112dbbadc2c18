import { randomBytes } from 'node:crypto';
import { instant } from '@komainu/model';
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Store } from '../store/store.ts';
import { ApiError } from './api-error.ts';
import { attempts } from './attempts.ts';
import { type AdminToken, digest } from './token.ts';

const COOKIE = 'komainu_session';
const SESSION_SECONDS = 12 * 60 * 60;
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Who may ask: the bearer of the admin token, or of a session begun with it. */
export interface Access {
  /** For everything that needs a token. */
  readonly guard: MiddlewareHandler;
  signIn(c: Context, token: string): Promise<void>;
  signOut(c: Context): Promise<void>;
}

export function openAccess(admin: AdminToken, store: Store): Access {
  const failures = attempts();

  /** A right token always passes: whoever floods us with wrong ones must not lock the guard out. */
  const check = (c: Context, token: string): void => {
    if (admin.matches(token)) return;
    if (!failures.take(addressOf(c))) {
      c.header('retry-after', '60');
      throw TOO_MANY;
    }
    throw WRONG_TOKEN;
  };

  const hasSession = async (c: Context): Promise<boolean> => {
    const secret = getCookie(c, COOKIE);
    if (secret === undefined) return false;
    const session = await store.session(digest(secret).toString('hex'));
    return session !== null && session.expiresAt > instant();
  };

  return {
    guard: async (c, next) => {
      const header = c.req.header('authorization');
      if (header !== undefined) check(c, /^Bearer ([\x21-\x7e]{1,200})$/i.exec(header)?.[1] ?? '');
      else if (await hasSession(c)) sameOrigin(c);
      else throw NO_TOKEN;
      await next();
    },
    async signIn(c, token) {
      sameOrigin(c);
      check(c, token);
      await store.deleteSessionsBefore(instant());
      const secret = randomBytes(32).toString('base64url');
      await store.putSession(digest(secret).toString('hex'), instant(Date.now() + SESSION_SECONDS * 1000));
      setCookie(c, COOKIE, secret, {
        httpOnly: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: SESSION_SECONDS,
        secure: new URL(c.req.url).protocol === 'https:',
      });
    },
    async signOut(c) {
      const secret = getCookie(c, COOKIE);
      if (secret !== undefined) await store.deleteSession(digest(secret).toString('hex'));
      deleteCookie(c, COOKIE, { path: '/' });
    },
  };
}

/**
 * A browser sends the cookie along wherever the request comes from; only our own pages may change things with it.
 * SameSite=Strict says so too, but counts another port of this machine as the same site.
 */
function sameOrigin(c: Context): void {
  if (!UNSAFE.has(c.req.method)) return;
  const origin = c.req.header('origin');
  if (
    origin === undefined &&
    c.req.header('sec-fetch-site') === undefined &&
    getCookie(c, COOKIE) === undefined
  )
    return;
  const host = c.req.header('host') ?? new URL(c.req.url).host;
  if (origin !== `http://${host}` && origin !== `https://${host}`) throw FOREIGN;
}

interface NodeEnv {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}
const addressOf = (c: Context): string =>
  (c.env as NodeEnv | undefined)?.incoming?.socket?.remoteAddress ?? 'unknown';

const NO_TOKEN = new ApiError(
  401,
  'unauthorized',
  'Sign in, or send the admin token: it is in the file admin.token of the data directory.',
  'サインインするか、管理トークンを送ってください。トークンはデータディレクトリの admin.token にあります。',
);
const WRONG_TOKEN = new ApiError(
  401,
  'unauthorized',
  'This token is not valid.',
  'このトークンは正しくありません。',
);
const TOO_MANY = new ApiError(
  429,
  'too-many-attempts',
  'Too many wrong tokens from this address. Wait a minute.',
  '誤ったトークンが続いたため、しばらく受け付けません。1分ほどお待ちください。',
);
const FOREIGN = new ApiError(
  403,
  'forbidden-origin',
  'This request came from another site and was not carried out.',
  '別のサイトからの要求のため、実行しませんでした。',
);
