import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HostName } from './arrivals.ts';
import type { Place, Site } from './site.ts';

type Heard = Parameters<Site['socket']>[1];

export interface Sockets {
  hear(place: Place, heard: Heard): void;
  /** Closes what is open, forgets who listens. */
  forget(): void;
}

/** As much of RFC 6455 as a skimmer or a chat needs: text and binary messages in one frame, up to 64 KiB. */
export function openSockets(
  server: Server,
  greeted: (request: IncomingMessage) => void,
  record: (host: HostName, text: string) => void,
): Sockets {
  const listeners = new Map<Place, Heard>();
  const open = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    greeted(request);
    const host = (/^(?:.*\.)?(\w+)\.localhost/.exec(request.headers.host ?? '')?.[1] ?? 'evil') as HostName;
    const place: Place = `${host}${(request.url ?? '/').split('?', 1)[0] as `/${string}`}`;
    const heard = listeners.get(place);
    const say = (text: string): void => void (socket.writable && socket.write(frameOf(text)));
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(request)}\r\n${protocolOf(request)}\r\n`,
    );
    let rest = Buffer.alloc(0);
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (let frame = take(rest); frame !== null; frame = take(rest)) {
        rest = rest.subarray(frame.length);
        if (frame.opcode === 8) return socket.end();
        record(host, frame.text);
        const answer = heard?.(frame.text, say);
        if (answer !== undefined) say(answer);
      }
    });
    // An empty text says that somebody has come.
    const greeting = heard?.('', say);
    if (greeting !== undefined) say(greeting);
  });
  return {
    hear: (place, heard) => void listeners.set(place, heard),
    forget: () => {
      listeners.clear();
      for (const socket of open) socket.destroy();
      open.clear();
    },
  };
}

/** The first one asked for, as a server must answer when any was. */
function protocolOf(request: IncomingMessage): string {
  const [first] = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  return first ? `Sec-WebSocket-Protocol: ${first}\r\n` : '';
}

const acceptOf = (request: IncomingMessage): string =>
  createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');

function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

function take(
  data: Buffer,
): { readonly opcode: number; readonly text: string; readonly length: number } | null {
  if (data.length < 6) return null;
  const short = (data[1] ?? 0) & 0x7f;
  const at = short === 126 ? 4 : 2;
  const size = short === 126 ? data.readUInt16BE(2) : short;
  if (data.length < at + 4 + size) return null;
  const mask = data.subarray(at, at + 4);
  const body = data.subarray(at + 4, at + 4 + size).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return {
    opcode: (data[0] ?? 0) & 15,
    text: Buffer.from(body).toString('utf8'),
    length: at + 4 + size,
  };
}
