import { randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { EvidenceError, writeBundle } from '@komainu/evidence';
import { z } from 'zod';
import { storageError } from '../journal/ledger-handle.ts';
import { ApiError } from './api-error.ts';
import { bytes, createRoute, newApp, problems, security } from './kit.ts';
import type { Services } from './services.ts';

const route = createRoute({
  method: 'get',
  path: '/api/evidence/bundle',
  summary: 'The evidence as one file that verifies offline',
  description:
    'Check it with `komainu evidence verify`. `from` is the first entry, `to` the one after the last.',
  security,
  request: {
    query: z.object({
      from: z.coerce.number().pipe(z.int().nonnegative()).optional(),
      to: z.coerce.number().pipe(z.int().nonnegative()).optional(),
    }),
  },
  responses: { 200: { description: 'A tar file', content: bytes('application/x-tar') }, ...problems },
});

/** @param dir for the bundle while it is written and read */
export function bundleRoutes({ ledger, blobs }: Services, dir: string) {
  // One at a time: a bundle reads every body of evidence there is.
  let turn: Promise<unknown> = Promise.resolve();
  const write = async (from: number, to: number) => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const out = join(dir, `${randomUUID()}.tar`);
    try {
      const { bytes: size } = await writeBundle({ ledger: ledger.current(), blobs, out, from, to });
      return { file: await open(out, 'r'), size };
    } finally {
      // The open file lives on without its name, and goes with the last reader even if we are killed.
      await rm(out, { force: true });
    }
  };

  return newApp().openapi(route, async (c) => {
    const { from = 0, to = ledger.size() } = c.req.valid('query');
    const written = turn.then(() => write(from, to));
    turn = written.catch(() => undefined);
    const { file, size } = await written.catch((error: unknown) => {
      if (error instanceof EvidenceError && error.code === 'out-of-range')
        throw new ApiError(400, 'bad-request', error.message, 'その範囲の証拠はありません。');
      throw storageError(error);
    });
    const stream = Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>;
    return c.body(stream, 200, {
      'content-type': 'application/x-tar',
      'content-length': String(size),
      'content-disposition': `attachment; filename="komainu-evidence-${from}-${to}.tar"`,
    });
  });
}
