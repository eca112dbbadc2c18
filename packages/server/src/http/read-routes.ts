import { GuardReport, instant, Judgement, Recording, type BlobRef } from '@komainu/model';
import { z } from 'zod';
import { parseJson } from '../journal/line.ts';
import { ApiError, notFound } from './api-error.ts';
import { bytes, createRoute, inPath, json, newApp, problems, security } from './kit.ts';
import { EntryBody, StateBody } from './schemas.ts';
import type { Services } from './services.ts';
import { stateBody } from './state-body.ts';

const MAX_ENTRIES = 1_000;

const stateRoute = createRoute({
  method: 'get',
  path: '/api/state',
  summary: 'Everything the screen shows',
  security,
  responses: { 200: { description: 'The state now', content: json(StateBody) }, ...problems },
});

const entriesRoute = createRoute({
  method: 'get',
  path: '/api/entries',
  summary: 'The ledger, entry by entry',
  security,
  request: {
    query: z.object({
      from: z.coerce.number().pipe(z.int().nonnegative()).default(0),
      limit: z.coerce.number().pipe(z.int().min(1).max(MAX_ENTRIES)).default(100),
    }),
  },
  responses: {
    200: {
      description: "From `from` on; the ledger's own entries (key rotations) are left out",
      content: json(z.object({ size: z.int(), entries: z.array(EntryBody) })),
    },
    ...problems,
  },
});

const blobRoute = createRoute({
  method: 'get',
  path: '/api/blobs/{ref}',
  summary: 'A body of evidence, byte for byte',
  security,
  request: { params: inPath.ref },
  responses: { 200: { description: 'The bytes; untrusted', content: bytes() }, ...problems },
});

const read = <T extends z.ZodType>(path: string, summary: string, schema: T) =>
  createRoute({
    method: 'get',
    path,
    summary,
    security,
    request: { params: inPath.ref },
    responses: { 200: { description: 'The value', content: json(schema) }, ...problems },
  });

const judgementRoute = read(
  '/api/judgements/{ref}',
  'Findings and verdict',
  Judgement.meta({ id: 'Judgement' }),
);
const recordingRoute = read(
  '/api/recordings/{ref}',
  'What a visit recorded',
  Recording.meta({ id: 'Recording' }),
);
const reportRoute = read(
  '/api/reports/{ref}',
  'What a guard reported',
  GuardReport.meta({ id: 'GuardReport' }),
);

export function readRoutes(services: Services) {
  const { journal, blobs } = services;

  const load = async (ref: BlobRef): Promise<Uint8Array<ArrayBuffer>> => {
    if (!(await blobs.has(ref))) throw notFound('There is no such body.', 'そのデータはありません。');
    try {
      return Uint8Array.from(await blobs.get(ref));
    } catch {
      throw new ApiError(
        500,
        'internal',
        'The stored bytes are not those of their name: they were damaged or altered. Restore them from a bundle.',
        '保存されたデータが名前（ハッシュ）と一致しません。破損または改変されています。証拠の写しから復元してください。',
      );
    }
  };
  /** Parsed, so that a body of another kind is not shown as one of this. */
  const value = async <T extends z.ZodType>(ref: BlobRef, schema: T): Promise<z.output<T>> => {
    const parsed = schema.safeParse(parseJson(await load(ref)));
    if (parsed.success) return parsed.data;
    throw notFound('That body is of another kind.', 'そのデータは別の種類のものです。');
  };

  return newApp()
    .openapi(stateRoute, (c) => c.json(stateBody(services, instant()), 200))
    .openapi(entriesRoute, async (c) => {
      const { from, limit } = c.req.valid('query');
      return c.json({ size: journal.size(), entries: [...(await journal.read(from, limit))] }, 200);
    })
    .openapi(blobRoute, async (c) => {
      const { ref } = c.req.valid('param');
      return c.body(await load(ref), 200, {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${ref.slice('sha256:'.length)}"`,
        // What an attacker wrote must never run here, however a browser is made to open it.
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=31536000, immutable',
      });
    })
    .openapi(judgementRoute, async (c) => c.json(await value(c.req.valid('param').ref, Judgement), 200))
    .openapi(recordingRoute, async (c) => c.json(await value(c.req.valid('param').ref, Recording), 200))
    .openapi(reportRoute, async (c) => c.json(await value(c.req.valid('param').ref, GuardReport), 200));
}
