import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { siteFile } from './files.ts';
import { createLivePages, type Matched, type PageAnswer } from './live-pages.ts';
import { shopApi } from './shop-api.ts';
import { createMemories, type Shop } from './shop-context.ts';
import type { Lang, StorefrontSettings } from './settings.ts';

const sessionCookie = 'komorebi';
const langCookie = 'komorebi_lang';
const cookieFlags = { path: '/', sameSite: 'Lax', maxAge: 30 * 24 * 3600 } as const;
const isLang = (text: string | undefined): text is Lang => text === 'ja' || text === 'en';

function chooseLang(c: Context): Lang {
  const asked = c.req.query('lang');
  if (isLang(asked)) {
    setCookie(c, langCookie, asked, cookieFlags);
    return asked;
  }
  const kept = getCookie(c, langCookie);
  if (isLang(kept)) return kept;
  const first = /\b(ja|en)\b/.exec(c.req.header('accept-language')?.toLowerCase() ?? '')?.[1];
  return isLang(first) ? first : 'ja';
}

async function readForm(c: Context): Promise<Readonly<Record<string, string>>> {
  const length = Number(c.req.header('content-length') ?? 0);
  if (length > 100_000) return {};
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, typeof value === 'string' ? value : '']),
  );
}

/** The generic server: language, session, form, files, pages. It knows nothing of what the pages do. */
export function createStorefront(
  settings: StorefrontSettings,
): (request: Request) => Response | Promise<Response> {
  const findPage = createLivePages(join(settings.siteDir, 'pages'));
  const memoryOf = createMemories();

  const render = async (c: Context, matched: Matched): Promise<Response> => {
    const method = c.req.method === 'POST' ? 'POST' : 'GET';
    const handler = method === 'POST' ? matched.page.post : matched.page.get;
    if (handler === undefined) return c.text('method not allowed', 405);
    const token = { current: getCookie(c, sessionCookie) ?? '' };
    const before = token.current;
    const memory = memoryOf(token.current);
    const lang = chooseLang(c);
    const shop: Shop = {
      method,
      path: c.req.path,
      params: matched.params,
      query: c.req.query(),
      form: method === 'POST' ? await readForm(c) : {},
      lang,
      nonce: randomBytes(16).toString('base64'),
      settings,
      api: shopApi(settings.shopApi, lang, token),
      memory,
    };
    const answer: PageAnswer = await handler(shop);
    if (token.current !== before) {
      setCookie(c, sessionCookie, token.current, { ...cookieFlags, httpOnly: true });
      Object.assign(memoryOf(token.current), memory);
    }
    c.header('cache-control', 'no-store');
    if (answer.kind === 'redirect') return c.redirect(answer.to, 303);
    return new Response(answer.html, {
      status: answer.status ?? 200,
      headers: headersOf(c, { 'content-type': 'text/html; charset=utf-8', ...answer.headers }),
    });
  };

  const app = new Hono();
  app.get('/health', (c) => c.json({ ok: true }));
  app.all('*', async (c) => {
    const origin = c.req.header('origin');
    if (c.req.method === 'POST' && origin !== undefined && origin !== settings.origin) {
      return c.text('this form does not come from this shop', 403);
    }
    const file = await siteFile(settings.siteDir, c.req.path);
    if (file !== undefined) return file;
    const matched = (await findPage(c.req.path)) ?? (await findPage('/not-found'));
    return matched === undefined ? c.notFound() : render(c, matched);
  });
  app.onError((error, c) => {
    process.stderr.write(
      `storefront: ${c.req.method} ${c.req.path}: ${error.stack ?? error.message} ${error.cause instanceof Error ? error.cause.message : ''}\n`,
    );
    return c.html(
      '<!doctype html><html lang="ja"><meta charset="utf-8"><title>こもれび自然市</title><p>ただいま表示できません。しばらくしてから、もう一度お試しください。<br>Something went wrong. Please try again in a moment.</p></html>',
      500,
    );
  });
  return (request) => app.fetch(request);
}

/** Cookies set so far live in the context; a hand-made response must carry them along. */
function headersOf(c: Context, more: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(c.res.headers);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return headers;
}
