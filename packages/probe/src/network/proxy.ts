import { type Connection, instant } from '@komainu/model';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { LIMITS } from '../limits.ts';
import { ownPorts } from './own-ports.ts';
import { createResolve, type Resolve, type Resolved } from './resolve.ts';
import { type Permit, permit } from './rules.ts';
import { type Asked, readRequest, reply } from './socks.ts';

/**
 * The way out of one visit, and the only one: every connection of its browser context is asked for here by name. It
 * speaks SOCKS 5, so that what the browser sends arrives at the shop byte for byte as without it, and so that even a
 * connection over which nothing is ever said gives its host away.
 */
export interface Proxy {
  /** For the browser: `socks5://127.0.0.1:PORT`. */
  readonly server: string;
  /** All so far, in the order in which they were asked for; counts go on while a connection lives. */
  connections(): readonly Connection[];
  /** Those refused, with whether the shop's `privateNetwork` would have let them pass. */
  refused(): readonly { readonly host: string; readonly port: number; readonly permit: Refusal }[];
  /** What was sent over connections that are neither TLS nor HTTP. */
  plain(): readonly Plain[];
  /** Connections beyond the limit of the record. */
  uncounted(): number;
  /** Ends everything that is still open. Idempotent. */
  close(): Promise<void>;
}
export interface Plain extends Asked {
  /** Of its {@link Connection}. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** False when there was more than is kept. */
  readonly all: boolean;
}
type Refusal = Extract<Permit, { kind: 'refused' }>;

interface Line {
  readonly at: number;
  readonly asked: Asked;
  /** From the first bytes; a connection over which nothing was said is a tunnel. */
  kind: Connection['kind'];
  upstream?: Socket;
  address: string | null;
  outcome?: Connection['outcome'];
  permit?: Refusal;
  /** Only of what is neither TLS nor HTTP. */
  plain?: { readonly chunks: Buffer[]; bytes: number };
}

export interface ProxyOptions {
  readonly privateNetwork: boolean;
  /** How names become addresses; the system's way when left out. */
  readonly resolve?: Resolve;
}

export async function openProxy({ privateNetwork, resolve = createResolve() }: ProxyOptions): Promise<Proxy> {
  const lines: Line[] = [];
  const sockets = new Set<Socket>();
  let uncounted = 0;

  const track = (socket: Socket): void => {
    sockets.add(socket);
    // An error is always followed by 'close'; without a listener it would end the process.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const serve = async (browser: Socket): Promise<void> => {
    track(browser);
    const asked = await readRequest(browser);
    if (asked === null) {
      browser.destroySoon();
      return;
    }
    const line: Line = { at: Date.now(), asked, kind: 'tunnel', address: null };
    if (lines.length < LIMITS.connections) lines.push(line);
    else uncounted += 1;
    const resolved = await resolve(asked.host);
    const refusal = refusalOf(resolved, asked.port, privateNetwork);
    if (resolved.kind === 'resolved' && refusal === null) {
      if (!browser.destroyed) join(browser, line, resolved, track);
      return;
    }
    if (refusal) line.permit = refusal;
    line.outcome = refusal
      ? { kind: 'refused', reason: refusal.reason }
      : { kind: 'failed', error: resolved.kind === 'failed' ? resolved.error : '' };
    reply(browser, 'unreachable');
    browser.destroySoon();
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void serve(socket));
  const port = await listen(server);
  ownPorts.add(port);
  let closing: Promise<void> | null = null;
  return {
    server: `socks5://127.0.0.1:${port}`,
    connections: () => lines.map(connectionOf),
    refused: () =>
      lines.flatMap(({ asked, permit: refusal }) => (refusal ? [{ ...asked, permit: refusal }] : [])),
    plain: () => lines.flatMap(plainOf),
    uncounted: () => uncounted,
    close: () =>
      (closing ??= new Promise((done) => {
        ownPorts.delete(port);
        server.close(() => done());
        for (const socket of sockets) socket.destroy();
      })),
  };
}

/** Null when every address of the answer may be spoken to. */
function refusalOf(resolved: Resolved, port: number, privateNetwork: boolean): Refusal | null {
  if (resolved.kind === 'failed') return null;
  for (const { address } of resolved.addresses) {
    const answer = permit(address, port, privateNetwork);
    if (answer.kind === 'refused') return answer;
  }
  return null;
}

/** Connects to the very addresses that were checked, and lets bytes pass both ways until both sides have ended. */
function join(
  browser: Socket,
  line: Line,
  { addresses }: Extract<Resolved, { kind: 'resolved' }>,
  track: (socket: Socket) => void,
): void {
  const upstream = connect({
    host: line.asked.host,
    port: line.asked.port,
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (_host, { all }, found) => {
      const [first] = addresses;
      if (all) found(null, [...addresses]);
      else found(null, first?.address ?? '', first?.family ?? 4);
    },
  });
  track(upstream);
  line.upstream = upstream;
  upstream.once('connect', () => {
    line.address = upstream.remoteAddress ?? null;
    line.outcome = { kind: 'opened' };
    reply(browser, 'connected');
    browser.once('data', (first: Buffer) => {
      if (/^[A-Z]+ \S/.test(first.toString('latin1', 0, 24))) line.kind = 'http';
      else if (first[0] !== TLS_HANDSHAKE) keep(browser, line, first);
    });
    browser.pipe(upstream);
    upstream.pipe(browser);
  });
  upstream.once('error', (error: NodeJS.ErrnoException) => {
    if (line.outcome) browser.resetAndDestroy();
    else {
      line.outcome = { kind: 'failed', error: error.code ?? error.message };
      reply(browser, 'unreachable');
      browser.destroySoon();
    }
  });
  browser.once('error', () => upstream.resetAndDestroy());
  // One side may be gone without a word: then nobody reads what the other still says.
  browser.once('close', () => upstream.destroy());
  upstream.once('close', () => line.outcome?.kind === 'opened' && browser.destroy());
}

/** What a tunnel begins with when there is TLS in it. */
const TLS_HANDSHAKE = 0x16;

function keep(browser: Socket, line: Line, first: Buffer): void {
  const plain = { chunks: [first], bytes: first.byteLength };
  line.plain = plain;
  browser.on('data', (chunk: Buffer) => {
    plain.bytes += chunk.byteLength;
    if (plain.bytes <= LIMITS.plainBytes) plain.chunks.push(chunk);
  });
}

const plainOf = ({ at, asked, plain }: Line, index: number): readonly Plain[] =>
  plain
    ? [
        {
          ...asked,
          id: `${index}`,
          at,
          bytes: Buffer.concat(plain.chunks),
          all: plain.bytes <= LIMITS.plainBytes,
        },
      ]
    : [];

function connectionOf(line: Line, index: number): Connection {
  return {
    id: `${index}`,
    at: instant(line.at),
    host: line.asked.host,
    port: line.asked.port,
    kind: line.kind,
    address: line.address,
    sent: line.upstream?.bytesWritten ?? 0,
    received: line.upstream?.bytesRead ?? 0,
    // Given up by the browser before it came to anything.
    outcome: line.outcome ?? { kind: 'failed', error: 'left before it was open' },
  };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
