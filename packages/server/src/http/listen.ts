import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { reasonOf, ServerError } from '../error.ts';

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws ServerError `listen` */
export async function listen(app: OpenAPIHono, host: string, port: number): Promise<Listener> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  // A blob of the largest size over a slow line takes minutes; headers never do.
  server.requestTimeout = 10 * 60_000;
  server.headersTimeout = 20_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch((error: unknown) => {
    throw new ServerError(
      'listen',
      `Cannot listen on ${host}:${port}: ${reasonOf(error)}. Is another Komainu running? Choose another port (server.port).`,
      `${host}:${port} で待ち受けできません（${reasonOf(error)}）。別の Komainu が動いていないか確認するか、server.port を変えてください。`,
      error,
    );
  });
  const at = server.address() as AddressInfo;
  const name = at.family === 'IPv6' ? `[${at.address}]` : at.address;
  return {
    url: `http://${name}:${at.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Whoever still reads gets a moment; a reader that hangs does not keep us.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}
