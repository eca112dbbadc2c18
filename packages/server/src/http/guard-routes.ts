import { BlobRef, GuardActs, GuardReport, Heartbeat, sealedRootsOf } from '@komainu/model';
import { z } from 'zod';
import { takeSeal } from '../intake/seals.ts';
import { storageError } from '../journal/ledger-handle.ts';
import { parseJson } from '../journal/line.ts';
import { ApiError, notFound } from './api-error.ts';
import { body, bytes, createRoute, inPath, json, limit, newApp, problems, security } from './kit.ts';
import { SealRequest } from './schemas.ts';
import { deskOf, type Services } from './services.ts';

const Accepted = z.object({ accepted: z.literal(true) });
const accepted = { accepted: true } as const;

const beatRoute = createRoute({
  method: 'post',
  path: '/api/guard/heartbeats',
  summary: 'A guard says that it lives',
  description:
    'The count must go up. 409 `replay`: it did not, and the message is no sign of life. 403 `bad-signature`: it is not signed by the guard’s key.',
  security,
  request: { body: body(Heartbeat.meta({ id: 'Heartbeat' })) },
  responses: { 200: { description: 'Heard', content: json(Accepted) }, ...problems },
});

const blobRoute = createRoute({
  method: 'put',
  path: '/api/guard/blobs/{ref}',
  summary: 'Stores a body; its hash must be its name',
  security,
  request: { params: inPath.ref, body: { required: true, content: bytes() } },
  responses: {
    200: { description: 'On the disk', content: json(z.object({ stored: BlobRef })) },
    ...problems,
  },
});

const reportRoute = createRoute({
  method: 'post',
  path: '/api/guard/reports',
  summary: 'A guard reports changes; its blobs come first',
  description: 'Answered when the report is in the ledger. The same report again gets the same answer.',
  security,
  request: { body: body(GuardReport) },
  responses: { 200: { description: 'In the ledger', content: json(Accepted) }, ...problems },
});

const actsRoute = createRoute({
  method: 'post',
  path: '/api/guard/acts',
  summary: 'A guard tells what it did by itself about a report; its blobs come first',
  description: 'Answered when it is in the ledger. The same again gets the same answer.',
  security,
  request: { body: body(GuardActs) },
  responses: { 200: { description: 'In the ledger', content: json(Accepted) }, ...problems },
});

const sealRoute = createRoute({
  method: 'post',
  path: '/api/guard/seals',
  summary: 'A root was sealed; MANIFEST and ENTRIES come first, as blobs',
  security,
  request: { body: body(SealRequest) },
  responses: {
    200: {
      description: 'In the ledger',
      content: json(z.object({ seal: BlobRef, release: z.int() })),
    },
    ...problems,
  },
});

/** One body of evidence; larger files are told by their hash only. */
const MAX_BLOB = 64 * 1024 * 1024;
const MAX_REPORT = 8 * 1024 * 1024;
const MAX_SEAL = 2 * 1024 * 1024;
const MAX_BEAT = 64 * 1024;

/** What guards send. */
export function guardRoutes(services: Services) {
  const { blobs, reports, supervisor } = services;
  const app = newApp();
  app.use('/api/guard/heartbeats', limit(MAX_BEAT));
  app.use('/api/guard/reports', limit(MAX_REPORT));
  app.use('/api/guard/acts', limit(MAX_REPORT));
  app.use('/api/guard/seals', limit(MAX_SEAL));
  app.use('/api/guard/blobs/*', limit(MAX_BLOB));

  return app
    .openapi(beatRoute, async (c) => {
      const beat = c.req.valid('json');
      const desk = deskOf(services, beat.shop);
      // Only the server's own watch may speak for the probe.
      if (beat.kind !== 'guard')
        throw new ApiError(
          400,
          'bad-request',
          'kind: only guards send heartbeats',
          '「kind」: ハートビートを送るのはガードだけです。',
        );
      const heard = await supervisor.beat(desk, beat);
      if (heard === 'replay') throw REPLAY;
      if (heard === 'forged') throw FORGED;
      return c.json(accepted, 200);
    })
    .openapi(blobRoute, async (c) => {
      const { ref } = c.req.valid('param');
      const stored = await blobs.putStream(chunks(c.req.raw.body), MAX_BLOB).catch((error: unknown) => {
        throw storageError(error);
      });
      if (stored !== ref)
        throw new ApiError(
          400,
          'bad-request',
          `The bytes are those of ${stored}, not of the name they came under.`,
          `受け取ったデータは ${stored} のもので、指定された名前と一致しません。`,
        );
      return c.json({ stored }, 200);
    })
    .openapi(reportRoute, async (c) => {
      const report = c.req.valid('json');
      const desk = deskOf(services, report.shop);
      if (!sealedRootsOf(desk.shop).includes(report.root)) throw NO_ROOT;
      await reports.take(desk, report);
      return c.json(accepted, 200);
    })
    .openapi(actsRoute, async (c) => {
      const acts = c.req.valid('json');
      const desk = deskOf(services, acts.shop);
      if (!sealedRootsOf(desk.shop).includes(acts.root)) throw NO_ROOT;
      await reports.take(desk, acts);
      return c.json(accepted, 200);
    })
    .openapi(sealRoute, async (c) => {
      const upload = c.req.valid('json');
      const shop = z
        .object({ shop: z.string() })
        .safeParse(parseJson(new TextEncoder().encode(upload.release)));
      const desk = [...services.desks.values()].find(({ shop: { id } }) => id === shop.data?.shop);
      if (desk === undefined)
        throw notFound('RELEASE names no shop of ours.', 'RELEASE の店舗は登録されていません。');
      return c.json(await takeSeal(desk, blobs, services.sealKeys, upload), 200);
    });
}

async function* chunks(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (stream !== null) yield* stream;
}

const REPLAY = new ApiError(
  409,
  'replay',
  'This heartbeat was heard before: its count does not go up.',
  'このハートビートは受信済みです（カウンターが増えていません）。',
);
const FORGED = new ApiError(
  403,
  'bad-signature',
  'This heartbeat is not signed by the key this guard was enrolled with.',
  'このハートビートは、登録済みの鍵で署名されていません。',
);
const NO_ROOT = notFound('There is no such root.', 'そのルートはありません。');
