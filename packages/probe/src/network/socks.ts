import { once } from 'node:events';
import type { Socket } from 'node:net';

/** What a client of a SOCKS 5 proxy (RFC 1928) asks to be connected to. */
export interface Asked {
  /** Lower case, without brackets or final dot; untrusted. */
  readonly host: string;
  readonly port: number;
}

const VERSION = 5;
const CONNECT = 1;
const REPLIES = { connected: 0, refused: 2, unreachable: 4, 'not-supported': 7 } as const;

/** The greeting and the request; null for a client that speaks something else, or left. */
export async function readRequest(socket: Socket): Promise<Asked | null> {
  const greeting = await take(socket, 2);
  if (greeting?.[0] !== VERSION || (await take(socket, greeting[1] ?? 0)) === null) return null;
  socket.write(Uint8Array.of(VERSION, 0));
  const head = await take(socket, 4);
  if (head?.[0] !== VERSION) return null;
  const host = await readHost(socket, head[3] ?? 0);
  const port = await take(socket, 2);
  if (host === null || port === null) return null;
  if (head[1] !== CONNECT) {
    reply(socket, 'not-supported');
    return null;
  }
  return {
    host: host
      .toLowerCase()
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, ''),
    port: port.readUInt16BE(0),
  };
}

/** Of every reply but `connected` a page sees an ordinary network error. */
export const reply = (socket: Socket, word: keyof typeof REPLIES): void =>
  void socket.write(Uint8Array.of(VERSION, REPLIES[word], 0, 1, 0, 0, 0, 0, 0, 0));

async function readHost(socket: Socket, type: number): Promise<string | null> {
  switch (type) {
    case 1:
      return (await take(socket, 4))?.join('.') ?? null;
    case 3: {
      const length = await take(socket, 1);
      return length?.[0] ? ((await take(socket, length[0]))?.toString('latin1') ?? null) : null;
    }
    case 4: {
      const bytes = await take(socket, 16);
      return bytes?.toString('hex').match(/.{4}/g)?.join(':') ?? null;
    }
    default:
      return null;
  }
}

/** Exactly `n` bytes; null when the other side has no more. */
async function take(socket: Socket, n: number): Promise<Buffer | null> {
  if (n === 0) return Buffer.alloc(0);
  for (;;) {
    const bytes = socket.read(n) as Buffer | null;
    // At the end `read` hands over what is left, however little.
    if (bytes !== null) return bytes.length === n ? bytes : null;
    if (socket.readableEnded || socket.destroyed) return null;
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]).catch(() => undefined);
  }
}
