import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Base, Behaviour } from '../behaviour.ts';
import type { HostName, Received } from './arrivals.ts';
import { basePlaces, type Payment } from './base.ts';
import { openEar } from './ear.ts';
import { type Answer, PAYMENT, type Place, type Reply, type Site } from './site.ts';
import { openSockets } from './sockets.ts';

const HOSTS: readonly HostName[] = ['shop', 'pay', 'cdn', 'stats', 'evil'];
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.m?js$/, 'text/javascript; charset=utf-8'],
  [/\.css$/, 'text/css; charset=utf-8'],
  [/\.svg$/, 'image/svg+xml'],
  [/\.json$/, 'application/json'],
  [/\.(png|gif|ico)$/, 'image/png'],
  [/\.wasm$/, 'application/wasm'],
  [/.*/, 'text/html; charset=utf-8'],
];

/** The shop, its suppliers and an attacker on one loopback port, told apart by host name. */
export interface LibrarySite extends Site {
  readonly payment: Payment;
  /** Takes off what was worn, forgets what arrived, puts this on; null: the untampered page of a base. */
  wear(behaviour: Behaviour | null, base?: Base): void;
  close(): Promise<void>;
}

type Change = (body: string, request: Received) => string;
interface Worn {
  base: Base;
  answers: Map<Place, Answer>;
  changes: Map<Place, Change[]>;
  headers: Map<Place, [string, string][]>;
  requests: Received[];
  frames: { host: HostName; text: string }[];
  names: string[];
  told: string[];
}

const bare = (base: Base): Worn => ({
  base,
  answers: new Map(),
  changes: new Map(),
  headers: new Map(),
  requests: [],
  frames: [],
  names: [],
  told: [],
});

export async function openSite(port = 0): Promise<LibrarySite> {
  let worn = bare('direct');
  const server = createServer((request, response) => {
    void take(request, response);
  });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(request);
    if (received.url.pathname === '/__told') worn.told.push(received.body.toString('utf8'));
    else worn.requests.push(received);
    respond(received, response);
  };
  const sockets = openSockets(
    server,
    (request) => worn.requests.push(receivedOf(request, Buffer.alloc(0))),
    (host, text) => worn.frames.push({ host, text }),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const ear = await openEar((name) => worn.names.push(name));
  const own = (server.address() as AddressInfo).port;
  const origins = Object.fromEntries(
    HOSTS.map((host) => [host, `http://${host}.localhost:${own}`]),
  ) as Site['origins'];
  const places = basePlaces(origins);

  const respond = (received: Received, response: ServerResponse): void => {
    const place: Place = `${received.host}${received.url.pathname as `/${string}`}`;
    const answer = worn.answers.get(place) ?? places[worn.base].get(place);
    const given = typeof answer === 'function' ? answer(received) : answer;
    const reply: Reply = typeof given === 'string' ? { body: given } : (given ?? unknown(received));
    const changed =
      typeof reply.body === 'string'
        ? (worn.changes.get(place) ?? []).reduce((body, change) => change(body, received), reply.body)
        : (reply.body ?? '');
    const type = TYPES.find(([pattern]) => pattern.test(received.url.pathname))?.[1] ?? '';
    const headers: Record<string, string> = {
      ...(reply.status === 204 ? {} : { 'content-type': type }),
      'cache-control': 'no-store',
      'access-control-allow-origin': received.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers':
        received.headers['access-control-request-headers']?.toString() ?? 'content-type',
      'access-control-allow-methods': 'GET, POST, PUT',
      ...reply.headers,
    };
    for (const [name, value] of worn.headers.get(place) ?? []) headers[name] = value;
    response.writeHead(reply.status ?? 200, headers);
    response.end(changed);
  };

  const alter: Site['alter'] = (place, change) => {
    worn.changes.set(place, [...(worn.changes.get(place) ?? []), change]);
  };
  const markup: Site['markup'] = (html) =>
    alter(PAYMENT, (body) => body.replace('</body>', () => `${html}\n</body>`));
  const serve: Site['serve'] = (place, answer) => void worn.answers.set(place, answer);
  const site: LibrarySite = {
    origins,
    ear: ear.port,
    get arrived() {
      return worn;
    },
    payment: {
      url: `${origins.shop}/checkout/payment`,
      tokens: `${origins.pay}/v1/tokens`,
      order: `${origins.shop}/checkout/order`,
    },
    serve,
    alter,
    header: (place, name, value) => {
      worn.headers.set(place, [...(worn.headers.get(place) ?? []), [name, value]]);
    },
    socket: (place, heard) => sockets.hear(place, heard),
    inline: (code) => markup(`<script>${code}</script>`),
    append: (code) => alter('shop/assets/payment.js', (body) => `${body}\n;${code}`),
    everywhere: (code) => alter('shop/assets/shop.js', (body) => `${body}\n;${code}`),
    external: (place, code) => {
      serve(place, code);
      const [host, ...path] = place.split('/');
      markup(`<script src="${origins[host as HostName]}/${path.join('/')}"></script>`);
    },
    markup,
    wear: (behaviour, base = 'direct') => {
      worn = bare(behaviour?.base ?? base);
      sockets.forget();
      behaviour?.install(site);
    },
    close: async () => {
      sockets.forget();
      await ear.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return site;
}

/** The attacker's host takes whatever comes; the others know their paths. */
const unknown = (received: Received): Reply => {
  if (received.method === 'OPTIONS') return { status: 204 };
  if (received.host === 'evil' || received.url.pathname === '/favicon.ico') return { status: 204 };
  return { status: 404, body: 'not found' };
};

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  request.on('error', () => undefined);
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    // Cut off by a page that was left: what came, came.
  }
  return receivedOf(request, Buffer.concat(chunks));
}

function receivedOf(request: IncomingMessage, body: Buffer): Received {
  const name = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const host = HOSTS.find((one) => name === `${one}.localhost` || name.endsWith(`.${one}.localhost`));
  return {
    host: host ?? 'evil',
    name,
    method: request.method ?? '',
    url: new URL(request.url ?? '/', `http://${request.headers.host ?? 'evil.localhost'}`),
    headers: request.headers,
    body,
    at: performance.now(),
  };
}
