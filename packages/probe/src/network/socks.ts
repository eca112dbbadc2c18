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
/** The longest greeting and the longest request together. */
const LONGEST = 2 + 255 + 4 + 1 + 255 + 2;

/** Of every reply but `connected` a page sees an ordinary network error. */
export const reply = (socket: Socket, word: keyof typeof REPLIES): void =>
  void socket.write(Uint8Array.of(VERSION, REPLIES[word], 0, 1, 0, 0, 0, 0, 0, 0));

/**
 * Reads the greeting and the request and leaves the socket paused, with whatever came after them unread; null for a
 * client that speaks something else, or left.
 */
export function readRequest(socket: Socket): Promise<Asked | null> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    let greeted = false;
    const done = (asked: Asked | null): void => {
      socket.off('data', more).off('end', left).off('close', left);
      socket.pause();
      resolve(asked);
    };
    const left = (): void => done(null);
    const more = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const greeting = 2 + (bytes[1] ?? 255);
      if (bytes[0] !== VERSION) {
        left();
        return;
      }
      if (bytes.length < greeting) return;
      if (!greeted) socket.write(Uint8Array.of(VERSION, 0));
      greeted = true;
      const request = parseRequest(bytes.subarray(greeting));
      if (request === 'more' && bytes.length < LONGEST) return;
      if (request === 'not-supported') reply(socket, request);
      if (typeof request === 'string') {
        left();
        return;
      }
      const rest = bytes.subarray(greeting + request.length);
      done(request);
      if (rest.length > 0) socket.unshift(rest);
    };
    socket.on('data', more).on('end', left).on('close', left);
  });
}

type Request = Asked & { readonly length: number };

function parseRequest(bytes: Buffer): Request | 'more' | 'broken' | 'not-supported' {
  if (bytes.length < 5) return 'more';
  const [version, command, , type, first = 0] = bytes;
  const [start, size] = type === 3 ? [5, first] : [4, type === 1 ? 4 : type === 4 ? 16 : 0];
  if (version !== VERSION || size === 0) return 'broken';
  const end = start + size;
  if (bytes.length < end + 2) return 'more';
  if (command !== CONNECT) return 'not-supported';
  return {
    host: hostOf(type ?? 0, bytes.subarray(start, end)),
    port: bytes.readUInt16BE(end),
    length: end + 2,
  };
}

function hostOf(type: number, bytes: Buffer): string {
  if (type === 1) return bytes.join('.');
  if (type === 4) return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':');
  return bytes
    .toString('latin1')
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
