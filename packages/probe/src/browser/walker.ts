import type { ConnectOverCDPTransport } from 'playwright-core';
import { WebSocket } from 'ws';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly sessionId?: string;
}

/**
 * Workers are the witnesses' alone. Whoever is attached to a worker that waits may let it run, and Playwright does so at
 * once: then it would fetch and read before anybody watches it.
 */
const NO_WORKERS = ['worker', 'shared_worker', 'service_worker', 'browser', 'tab'].map((type) => ({
  type,
  exclude: true,
}));

/** The message as it is sent: without what the walker must not do to a page. */
function soften(message: Message): Message {
  if (message.method === 'Target.setAutoAttach')
    return { ...message, params: { ...message.params, filter: [...NO_WORKERS, {}] } };
  return message;
}

/** Playwright's connection to the browser. */
export async function walkerTransport(address: string): Promise<ConnectOverCDPTransport> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const transport: ConnectOverCDPTransport = {
    send: (message: Message) => socket.send(JSON.stringify(soften(message))),
    close: () => socket.close(),
  };
  socket.on('message', (data: Buffer) => transport.onmessage?.(JSON.parse(data.toString('utf8')) as object));
  // An error is followed by 'close'.
  socket.on('error', () => undefined);
  socket.on('close', () => transport.onclose?.());
  return transport;
}
