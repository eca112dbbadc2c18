import { type Account, bodiesOfRecording, draftBaseline } from '@komainu/detect';
import {
  BlobRef,
  canonicalBytes,
  Finding,
  IncidentId,
  instant,
  Judgement,
  Recording,
  Text,
} from '@komainu/model';
import { type NoticeEnd, orderHalt, processorNotice, type ShopState } from '@komainu/respond';
import { z } from 'zod';
import { parseJson } from '../journal/line.ts';
import { loadBaseline, loadBodies } from '../watch/judging.ts';
import { ApiError, notFound } from './api-error.ts';
import { body, createRoute, inPath, json, limit, newApp, problems, security } from './kit.ts';
import { BaselineRequest, CheckBody, PersonRequest, ResumeRequestBody } from './schemas.ts';
import { deskOf, pageOf, type Services } from './services.ts';

const haltRoute = createRoute({
  method: 'post',
  path: '/api/shops/{shop}/halt',
  summary: 'A person orders card payments off',
  security,
  request: { params: inPath.shop, body: body(PersonRequest) },
  responses: {
    202: { description: 'Ordered, and in the ledger', content: json(z.object({ incident: IncidentId })) },
    ...problems,
  },
});

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/shops/{shop}/resume',
  summary: 'A person asks for card payments on again; a check is made first',
  security,
  request: { params: inPath.shop, body: body(ResumeRequestBody) },
  responses: {
    ...problems,
    200: { description: 'On again', content: json(z.object({ kind: z.literal('resumed') })) },
    409: {
      description: 'Not resumed, and why',
      content: json(z.object({ kind: z.enum(['refused', 'failed']), reason: Text })),
    },
  },
});

const checkRoute = createRoute({
  method: 'post',
  path: '/api/shops/{shop}/pages/{page}/check',
  summary: 'Checks a payment page now, or joins the check that is running',
  security,
  request: { params: inPath.page },
  responses: { 200: { description: 'Made and judged', content: json(CheckBody) }, ...problems },
});

const baselineRoute = createRoute({
  method: 'post',
  path: '/api/shops/{shop}/pages/{page}/baseline',
  summary: 'Approves what a check saw',
  security,
  request: { params: inPath.page, body: body(BaselineRequest) },
  responses: {
    200: {
      description: 'Approved. `warnings` was seen in the check and is not approved by it',
      content: json(z.object({ baseline: BlobRef, warnings: z.array(Finding) })),
    },
    ...problems,
  },
});

const noticeRoute = createRoute({
  method: 'post',
  path: '/api/shops/{shop}/notices',
  summary: "The payment processor's webhook; signed, no token",
  description: 'Header `musubi-signature: t=<unix s>,v1=<hex HMAC-SHA256 over "t.body">`.',
  request: {
    params: inPath.shop,
    headers: z.object({ 'musubi-signature': z.string().optional() }),
    body: { required: true, content: { 'application/json': { schema: z.unknown() } } },
  },
  responses: {
    200: { description: 'In the ledger', content: json(z.object({ accepted: z.literal(true) })) },
    ...problems,
  },
});

const SMALL = 64 * 1024;
const OWNERS = 1024 * 1024;

/** What people order. */
export function actRoutes(services: Services) {
  const { blobs, checks, journal } = services;
  const app = newApp();
  app.use('/api/shops/:shop/:what', limit(SMALL));
  app.use('/api/shops/:shop/pages/:page/*', limit(OWNERS));

  return app
    .openapi(haltRoute, async (c) => {
      const desk = deskOf(services, c.req.valid('param').shop);
      const request = c.req.valid('json');
      const incident = await desk.recordFrom((state) => {
        const { incident: value, drafts } = orderHalt(state, request, instant());
        return { drafts, value };
      });
      return c.json({ incident }, 202);
    })
    .openapi(resumeRoute, async (c) => {
      const { id } = deskOf(services, c.req.valid('param').shop).shop;
      const { person, reason, accept } = c.req.valid('json');
      const end = await services.resume(id, { person, reason, ...(accept === undefined ? {} : { accept }) });
      if (end.kind === 'resumed') return c.json({ kind: 'resumed' as const }, 200);
      const why = end.kind === 'refused' ? end.reason : end.failure.message;
      return c.json({ kind: end.kind, reason: why }, 409);
    })
    .openapi(checkRoute, async (c) => {
      const { shop, page } = c.req.valid('param');
      pageOf(deskOf(services, shop), page);
      const result = await checks.check(shop, page);
      return c.json({ ...result, recordings: [...result.recordings] }, 200);
    })
    .openapi(baselineRoute, async (c) => {
      const { shop, page } = c.req.valid('param');
      const { person, check, justification, owners, reveals, extend } = c.req.valid('json');
      const desk = deskOf(services, shop);
      pageOf(desk, page);
      const made = await journal.check(shop, check);
      if (made === null || made.page !== page)
        throw notFound('There is no such check of this page.', 'このページにその検査はありません。');
      const { first, others } = await recordingsOf(services, made.judgement);
      const all = [first.recording, ...others];
      const approved = desk.state().pages.find(({ id }) => id === page)?.baseline ?? null;
      const before = extend === true ? await loadBaseline(blobs, approved) : null;
      if (extend === true && before === null)
        throw notFound(
          'Nothing is approved yet that could be extended.',
          '追加の対象となる承認内容がまだありません。',
        );
      const { baseline, warnings } = draftBaseline({
        ...first,
        others,
        approvedBy: person,
        approvedAt: instant(),
        ...(before === null ? {} : { extending: before.baseline }),
        ...(reveals === undefined ? {} : { reveals }),
        owners: accounts(all, { owner: person, justification }, owners ?? {}),
        bodies: await loadBodies(blobs, all.flatMap(bodiesOfRecording)),
      });
      const stored = await blobs.put(canonicalBytes(baseline));
      await desk.record({
        kind: 'baseline.approved',
        shop,
        actor: { kind: 'person', name: person },
        data: { page, baseline: stored },
      });
      return c.json({ baseline: stored, warnings: [...warnings] }, 200);
    });
}

/** The processor's webhook stands apart: it is let in by its signature, on the bytes as they came. */
export function noticeRoutes(services: Services) {
  const { blobs } = services;
  const app = newApp();
  app.use('/api/shops/:shop/notices', limit(SMALL));
  app.openAPIRegistry.registerPath(noticeRoute);
  app.post('/api/shops/:shop/notices', async (c) => {
    const desk = [...services.desks.values()].find(({ shop }) => shop.id === c.req.param('shop'));
    const name = desk?.shop.processorSecretEnv;
    const secret = name === undefined ? undefined : services.env[name];
    // One answer for no shop and no secret: a stranger learns nothing of the configuration.
    if (desk === undefined || secret === undefined || secret === '') throw NO_NOTICES;
    const untrusted = new Uint8Array(await c.req.arrayBuffer());
    const header = c.req.header('musubi-signature') ?? null;
    const now = Date.now();
    const read = (state: ShopState) => processorNotice({ state, secret, header, body: untrusted, now });
    const end = read(desk.state());
    if (end.kind === 'refused') throw refusedNotice(end);
    await blobs.put(end.body);
    await desk.recordFrom((state) => {
      const again = read(state);
      return { drafts: again.kind === 'accepted' ? again.drafts : [], value: null };
    });
    return c.json({ accepted: true as const }, 200);
  });
  return app;
}

function refusedNotice({ code, reason: { en, ja } }: Extract<NoticeEnd, { kind: 'refused' }>): ApiError {
  if (code === 'too-large') return new ApiError(413, 'too-large', en, ja);
  if (code === 'malformed') return new ApiError(400, 'bad-request', en, ja);
  return new ApiError(401, 'bad-signature', en, ja);
}

const NO_NOTICES = notFound(
  "This shop takes no notices: name the variable with the processor's secret in the configuration (processorSecretEnv).",
  'この店舗は通知を受け付けていません。設定の processorSecretEnv で決済代行会社の秘密鍵の環境変数を指定してください。',
);

/** Who answers for what: by origin where the request says so, else the person who approves, with her one sentence. */
function accounts(
  recordings: readonly Recording[],
  general: Account,
  special: Readonly<Record<string, Account>>,
) {
  const origins = recordings.flatMap(addressesIn).flatMap((address) => URL.parse(address)?.origin ?? []);
  const all = new Map<string, Account>(origins.map((origin) => [origin, general]));
  return Object.fromEntries([...all, ...Object.entries(special)]);
}

function addressesIn({ visit, artifacts: { scripts, wire, frames } }: Recording): readonly string[] {
  return [
    visit.url,
    ...(scripts.kind === 'observed'
      ? scripts.value.flatMap(({ url, frameUrl }) => [url ?? '', frameUrl])
      : []),
    ...(wire.kind === 'observed' ? wire.value.map(({ url }) => url) : []),
    ...(frames.kind === 'observed' ? frames.value.map(({ url }) => url) : []),
  ];
}

/** Every visit of the check: what any of them saw is drafted. */
async function recordingsOf({ blobs }: Services, judgement: BlobRef) {
  const read = async (ref: BlobRef) => parseJson(await blobs.get(ref));
  const { over } = Judgement.parse(await read(judgement));
  const [first, ...others] = await Promise.all(
    over.map(async (ref) => ({ ref, recording: Recording.parse(await read(ref)) })),
  );
  if (first === undefined) throw notFound('That check has no recording.', 'その検査には記録がありません。');
  return { first, others: others.map(({ recording }) => recording) };
}
