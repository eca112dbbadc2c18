import { EventEmitter } from 'node:events';
import type { ProtocolMapping } from 'devtools-protocol/types/protocol-mapping.js';
import { WebSocket } from 'ws';

type Commands = ProtocolMapping.Commands;
type Events = ProtocolMapping.Events;
type Params<M extends keyof Commands> = Commands[M]['paramsType'];
type Result<M extends keyof Commands> = Commands[M]['returnType'];
export type EventOf<E extends keyof Events> = Events[E][0];

/** The browser's answer to a command was an error, or the connection ended before the answer. */
export class CdpError extends Error {
  override readonly name = 'CdpError';
}

/** One flat session: a target's, or the browser's own. */
export interface Session {
  readonly id: string | null;
  send<M extends keyof Commands>(method: M, ...params: Params<M>): Promise<Result<M>>;
  on<E extends keyof Events>(event: E, listener: (params: EventOf<E>) => void): void;
  /** Called once, when the target is detached or the connection ends. */
  onGone(listener: () => void): void;
}

export interface Connection {
  readonly root: Session;
  session(id: string): Session;
  /** Ends a session on this side; commands still waiting are rejected. */
  drop(id: string): void;
  readonly closed: Promise<void>;
  /** Calls the listener when the browser is gone, at once if it is. Gives what takes the listener back: a connection outlives many visits. */
  onClosed(listener: () => void): () => void;
  close(): void;
}

interface Waiting {
  readonly session: string | null;
  readonly timer: NodeJS.Timeout;
  resolve(value: unknown): void;
  reject(error: CdpError): void;
}
interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: string };
}

const GONE = '\0gone';

/** A renderer caught in a loop answers nothing, and must not hold a visit up for ever. Milliseconds. */
const ANSWER_TIMEOUT = 8_000;

/** Connects to a browser's DevTools address. Independent of Playwright's connection: neither sees the other's sessions. */
export async function connect(url: string, signal?: AbortSignal): Promise<Connection> {
  // Response bodies and scripts come as one message; the limit of ws (100 MiB) is enough for the probe's own caps.
  const socket = new WebSocket(url, { perMessageDeflate: false, ...(signal ? { signal } : {}) });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (error) => reject(new CdpError(`cannot connect to ${url}`, { cause: error })));
  });
  return serve(socket);
}

function serve(socket: WebSocket): Connection {
  const waiting = new Map<number, Waiting>();
  const emitters = new Map<string, EventEmitter>();
  socket.setMaxListeners(0);
  let lastId = 0;
  let open = true;

  const emitterOf = (id: string | null): EventEmitter => {
    const key = id ?? '';
    let emitter = emitters.get(key);
    if (!emitter) {
      emitter = new EventEmitter().setMaxListeners(0);
      emitters.set(key, emitter);
    }
    return emitter;
  };
  const send = (session: string | null, method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!open) {
        reject(new CdpError(`${method}: the browser is gone`));
        return;
      }
      lastId += 1;
      const id = lastId;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new CdpError(`${method}: no answer within ${ANSWER_TIMEOUT / 1000} s`));
      }, ANSWER_TIMEOUT).unref();
      waiting.set(id, { session, timer, resolve, reject });
      socket.send(
        JSON.stringify({
          id,
          method,
          params: params ?? {},
          ...(session ? { sessionId: session } : {}),
        }),
      );
    });
  const drop = (id: string): void => {
    for (const [key, item] of waiting) {
      if (item.session !== id) continue;
      waiting.delete(key);
      clearTimeout(item.timer);
      item.reject(new CdpError('the target is gone'));
    }
    emitters.get(id)?.emit(GONE);
    emitters.delete(id);
  };
  const session = (id: string | null): Session => ({
    id,
    send: ((method: string, params?: unknown) => {
      const answer = send(id, method, params);
      // Whoever awaits it still hears of it. A target that goes away between two awaits must not end the process.
      answer.catch(() => undefined);
      return answer;
    }) as Session['send'],
    on: (event, listener) => void emitterOf(id).on(event, listener),
    onGone: (listener) => void emitterOf(id).once(GONE, listener),
  });

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as Message;
    if (message.id !== undefined) {
      const item = waiting.get(message.id);
      waiting.delete(message.id);
      clearTimeout(item?.timer);
      if (message.error)
        item?.reject(new CdpError(`${message.error.message} ${message.error.data ?? ''}`.trim()));
      else item?.resolve(message.result);
      return;
    }
    emitters.get(message.sessionId ?? '')?.emit(message.method ?? '', message.params);
    if (message.method === 'Target.detachedFromTarget')
      drop((message.params as EventOf<'Target.detachedFromTarget'>).sessionId);
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      open = false;
      for (const id of emitters.keys()) drop(id);
      for (const item of waiting.values()) {
        clearTimeout(item.timer);
        item.reject(new CdpError('the browser is gone'));
      }
      waiting.clear();
      resolve();
    });
  });
  // An error is always followed by 'close'; without a listener it would end the process.
  socket.on('error', () => undefined);
  const onClosed: Connection['onClosed'] = (listener) => {
    if (!open) {
      listener();
      return () => undefined;
    }
    socket.once('close', listener);
    return () => void socket.off('close', listener);
  };
  return { root: session(null), session, drop, closed, onClosed, close: () => socket.terminate() };
}
