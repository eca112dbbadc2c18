import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export type Handler = (request: Received, response: ServerResponse) => void;

/** A small real server on a loopback address of its own: another address is another site to the browser. */
export interface Site {
  readonly origin: string;
  readonly port: number;
  readonly received: Received[];
  /** Text of every WebSocket frame that came in. */
  readonly frames: string[];
  pages: Record<string, string | Handler>;
  got(path: string): readonly Received[];
  close(): Promise<void>;
}

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.js$/, 'text/javascript'],
  [/\.css$/, 'text/css'],
  [/\.png$/, 'image/png'],
  [/.*/, 'text/html; charset=utf-8'],
];

export async function startSite(host: string, pages: Site['pages'] = {}): Promise<Site> {
  const received: Received[] = [];
  const frames: string[] = [];
  const site: { pages: Site['pages'] } = { pages };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      const message: Received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(message);
      const page = site.pages[path];
      response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
      response.setHeader('access-control-allow-headers', '*');
      if (page === undefined) {
        response.statusCode = path === '/favicon.ico' || request.method !== 'GET' ? 204 : 404;
        response.end();
      } else if (typeof page === 'function') page(message, response);
      else {
        response.setHeader('content-type', TYPES.find(([pattern]) => pattern.test(path))?.[1] ?? '');
        response.end(page);
      }
    });
  });
  const upgraded = new Set<Socket>();
  server.on('upgrade', (request, socket: Socket) => {
    upgraded.add(socket);
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      // Short masked text frames are all these tests send.
      const length = (data[1] ?? 0) & 0x7f;
      const mask = data.subarray(2, 6);
      if ((data[0] ?? 0) === 0x81 && length < 126)
        frames.push(
          Buffer.from(data.subarray(6, 6 + length).map((byte, at) => byte ^ (mask[at % 4] ?? 0))).toString(
            'utf8',
          ),
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(site, {
    origin: `http://${host}:${port}`,
    port,
    received,
    frames,
    got: (path: string) => received.filter((item) => new URL(item.url, 'http://x').pathname === path),
    close: async () => {
      for (const socket of upgraded) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
