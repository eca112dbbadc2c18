import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Address } from './settings.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

export type Listener = {
  readonly origin: string;
  readonly server: Server;
  /** Until then every request waits: the parts need each other's addresses before they can be made. */
  readonly serve: (fetch: Fetch) => void;
  readonly close: () => void;
};

export async function listen(address: Address): Promise<Listener> {
  const { promise: ready, resolve: serve } = Promise.withResolvers<Fetch>();
  const server = createAdaptorServer({ fetch: async (request) => (await ready)(request) }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${address.host}:${port}`,
    server,
    serve,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
