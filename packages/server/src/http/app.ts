import type { OpenAPIHono } from '@hono/zod-openapi';
import { EvidenceError } from '@komainu/evidence';
import { text, type Text } from '@komainu/model';
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import { reasonOf, ServerError } from '../error.ts';
import { storageError } from '../journal/ledger-handle.ts';
import type { Store } from '../store/store.ts';
import { type Access, openAccess } from './access.ts';
import { actRoutes, noticeRoutes } from './act-routes.ts';
import { ApiError } from './api-error.ts';
import { bundleRoutes } from './bundle.ts';
import { eventRoutes } from './events.ts';
import { guardRoutes } from './guard-routes.ts';
import { body, createRoute, json, limit, newApp, problems, security } from './kit.ts';
import { readRoutes } from './read-routes.ts';
import type { Services } from './services.ts';
import { hostCheck, securityHeaders } from './shield.ts';
import type { AdminToken } from './token.ts';

export interface AppOptions {
  readonly services: Services;
  readonly store: Store;
  readonly admin: AdminToken;
  /** Names besides the loopback ones under which this server may be asked. */
  readonly hosts: readonly string[];
  /** For bundles while they are written. */
  readonly scratch: string;
  readonly console: MiddlewareHandler | null;
  /** Milliseconds between the comments of a quiet event stream. */
  readonly quiet?: number | undefined;
}

/** The whole HTTP surface; give it to a listener, or ask it directly with `app.request()`. */
export function createApp({
  services,
  store,
  admin,
  hosts,
  scratch,
  console,
  quiet,
}: AppOptions): OpenAPIHono {
  const access = openAccess(admin, store);
  const app = newApp();
  app.use(securityHeaders);
  app.use(hostCheck(hosts));
  app.route('/', openRoutes(services, access));
  app.route('/', noticeRoutes(services));
  // Made once, at the first question: it takes a while, and anyone may ask.
  let description: object | null = null;
  app.get('/api/openapi.json', (c) => {
    description ??= app.getOpenAPI31Document(DOCUMENT(services.version));
    return c.json(description);
  });
  app.use('/api/*', access.guard);
  app.route('/', readRoutes(services));
  app.route('/', eventRoutes(services, quiet));
  app.route('/', actRoutes(services));
  app.route('/', guardRoutes(services));
  app.route('/', bundleRoutes(services, scratch));
  if (console !== null) app.use(console);
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'komainu_session',
  });
  app.notFound((c) => c.json({ error: { code: 'not-found', message: NOTHING } }, 404));
  app.onError((error, c) => {
    const { status, code, message } = answer(error);
    if (status === 500) services.log.error({ path: c.req.path, reason: reasonOf(error) }, 'a request failed');
    return c.json({ error: { code, message } }, status);
  });
  return app;
}

/** What needs no token: signing in and out, and whether all is well. */
function openRoutes({ journal, ledger, version }: Services, access: Access) {
  const app = newApp();
  app.use('/api/session', limit(4_096));
  return app
    .openapi(sessionRoute, async (c) => {
      await access.signIn(c, c.req.valid('json').token);
      return c.json({ kind: 'signed-in' as const }, 200);
    })
    .openapi(signOutRoute, async (c) => {
      await access.signOut(c);
      return c.json({ kind: 'signed-out' as const }, 200);
    })
    .openapi(healthRoute, (c) => {
      const problem = journal.problem();
      const health = {
        ok: problem === null,
        version,
        ledger: { size: ledger.size() },
        problem: problem?.text ?? null,
      };
      return c.json(health, problem === null ? 200 : 503);
    });
}

const sessionRoute = createRoute({
  method: 'post',
  path: '/api/session',
  summary: 'Signs in: the token for a cookie',
  request: { body: body(z.strictObject({ token: z.string().max(200) })) },
  responses: {
    200: { description: 'A cookie was set', content: json(z.object({ kind: z.literal('signed-in') })) },
    ...problems,
  },
});

const signOutRoute = createRoute({
  method: 'delete',
  path: '/api/session',
  summary: 'Signs out',
  security,
  responses: {
    200: { description: 'The cookie is gone', content: json(z.object({ kind: z.literal('signed-out') })) },
    ...problems,
  },
});

const Health = z.object({
  ok: z.boolean(),
  version: z.string(),
  ledger: z.object({ size: z.int() }),
  problem: z.object({ en: z.string(), ja: z.string() }).nullable(),
});
const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Is all well?',
  responses: {
    200: { description: 'Yes', content: json(Health) },
    503: { description: 'Evidence or state cannot be stored', content: json(Health) },
  },
});

const DOCUMENT = (version: string) => ({
  openapi: '3.1.0',
  info: { title: 'Komainu', version, license: { name: 'Apache-2.0' } },
});

function answer(error: Error): {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly message: Text;
} {
  if (error instanceof ApiError) return { status: error.status, code: error.code, message: error.text };
  if (error instanceof ServerError)
    return { status: 503, code: error.code === 'check' ? 'check-failed' : error.code, message: error.text };
  if (error instanceof EvidenceError) return answer(storageError(error));
  // The validator's word for a body that is no JSON.
  if (error instanceof HTTPException && error.status < 500)
    return { status: 400, code: 'bad-request', message: UNREADABLE };
  return { status: 500, code: 'internal', message: INTERNAL };
}

const NOTHING = text('There is nothing at this address.', 'このアドレスには何もありません。');
const UNREADABLE = text('The request cannot be read as JSON.', 'リクエストを JSON として読めません。');
const INTERNAL = text(
  'The server failed at this; its log has the reason.',
  'サーバーで処理に失敗しました。理由はログに記録されています。',
);
