import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { HostileCase } from './cases.ts';

/** The shop's payment page with one hostile script, and a hostile neighbour, each under a host name of its own. */
export interface HostileSite {
  /** The payment page with this case's script; without one, as it should be. */
  pageFor(which: HostileCase | null): string;
  close(): Promise<void>;
}

const FORM = `<form onsubmit="return false"><label>カード番号 <input autocomplete="cc-number"></label>
<label>有効期限 <input autocomplete="cc-exp"></label><label>セキュリティコード <input autocomplete="cc-csc"></label>
<label>名義 <input autocomplete="cc-name"></label></form>`;
const page = (script: string): string =>
  `<!doctype html><html lang="ja"><meta charset="utf-8"><title>お支払い</title><h1>お支払い</h1>${FORM}${script === '' ? '' : `<script>${script}</script>`}`;

export async function openHostileSite(cases: readonly HostileCase[]): Promise<HostileSite> {
  const scripts = new Map(cases.map(({ id, script }) => [`/pay/${id}`, script]));
  const server = createServer((request, response) => {
    const path = URL.parse(request.url ?? '/', 'http://x')?.pathname ?? '/';
    request.resume();
    if (path === '/huge.js') return huge(response);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (path === '/loop') return response.end('<script>setTimeout(() => { for (;;); }, 50)</script>');
    const script = scripts.get(path);
    if (script === undefined && path !== '/pay') response.statusCode = path === '/other' ? 200 : 204;
    response.end(script === undefined && path !== '/pay' ? '' : page(script ?? ''));
  });
  const sockets = new Set<Socket>();
  server.on('upgrade', (request, socket: Socket) => {
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.resume();
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://shop.localhost:${(server.address() as AddressInfo).port}`;
  return {
    pageFor: (which) => (which === null ? `${origin}/pay` : `${origin}/pay/${which.id}`),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** 100 MB of script, as fast as it is taken. */
function huge(response: ServerResponse): void {
  response.setHeader('content-type', 'text/javascript');
  const chunk = Buffer.alloc(1 << 20, 0x20);
  let left = 100;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
