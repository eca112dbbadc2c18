import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a drill's stolen data goes: a server on a loopback address that keeps what it was sent in memory. */
export interface Receiver {
  readonly origin: string;
  /** Decoded payloads, oldest first. */
  readonly loot: readonly string[];
  close(): Promise<void>;
}

/** 127.0.0.66 is never used by anything else here. */
export async function openReceiver(): Promise<Receiver> {
  const loot: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://receiver');
    const payload = url.searchParams.get('d');
    if (payload !== null) loot.push(Buffer.from(payload, 'base64').toString('utf8'));
    // The smallest GIF, as such receivers answer: nothing in the page looks broken.
    response.writeHead(200, { 'content-type': 'image/gif', 'cache-control': 'no-store' });
    response.end(Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.66', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.66:${port}`,
    loot,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
