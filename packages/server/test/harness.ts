import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BlobRef,
  type CardMethod,
  Config,
  type FileChange,
  type GuardReport,
  instant,
  newId,
  type ShopPort,
} from '@komainu/model';
import type { HaltProof } from '@komainu/respond';
import { type Log, type Server, type ServerOptions, startServer } from '../src/index.ts';

export const refOf = (bytes: Uint8Array | string): BlobRef =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;

/** A shop's platform in memory that can be told to fail. */
export interface MemoryShop extends ShopPort {
  readonly methods: Map<string, boolean>;
  readonly calls: string[];
  failing: boolean;
}

export function memoryShop(): MemoryShop {
  const methods = new Map([['card', true]]);
  const calls: string[] = [];
  const read = (): readonly CardMethod[] => [...methods].map(([code, enabled]) => ({ code, enabled }));
  const act = async <T>(name: string, value: () => T) => {
    calls.push(name);
    return shop.failing
      ? ({ kind: 'failed', failure: { code: 'unreachable', message: { en: 'away', ja: '不在' } } } as const)
      : ({ kind: 'done', value: value() } as const);
  };
  const set = (enabled: boolean) => () => {
    methods.set('card', enabled);
    return read();
  };
  // oxlint-disable-next-line require-yield -- a shop without orders
  const none = async function* (): AsyncGenerator<never> {};
  const shop: MemoryShop = {
    methods,
    calls,
    failing: false,
    cardMethods: () => act('card-methods', read),
    switchOff: () => act('switch-off', set(false)),
    voidInFlight: () => act('void', () => ({ voided: 0, note: 'none in flight' })),
    resume: () => act('resume', set(true)),
    orders: none,
    unfinishedCheckouts: none,
  };
  return shop;
}

/** Proves what the memory shop says: with its card method off nobody can type a card. */
export const proveBy = (shop: MemoryShop) => async (): Promise<HaltProof> => ({
  proved: shop.methods.get('card') === false,
  reason: { en: 'as the shop says', ja: '店舗の状態による' },
  proof: refOf('a visit'),
});

export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const config = (change: object = {}, shop: object = {}): Config =>
  Config.parse({
    server: { port: 0 },
    shops: [
      {
        id: 'komorebi',
        name: 'こもれび自然市',
        roots: [{ id: 'site', path: '/srv/site' }],
        processorSecretEnv: 'MUSUBI_SECRET',
        ...shop,
      },
    ],
    ...change,
  });

export interface Running {
  readonly server: Server;
  readonly shop: MemoryShop;
  readonly dataDir: string;
  /** Asks the app without a socket, with the admin token. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Stops the server and starts another one on the same data. */
  again(options?: Partial<ServerOptions>): Promise<Running>;
  /** Stops and removes the data. */
  end(): Promise<void>;
}

export async function running(options: Partial<ServerOptions> = {}, shop = memoryShop()): Promise<Running> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'komainu-server-')));
  const server = await startServer({
    config: config(),
    configDir: dataDir,
    dataDir,
    env: { MUSUBI_SECRET: 'whsec_test' },
    version: '0.0.0-test',
    log: quietLog,
    ports: { shop: () => shop, prove: proveBy(shop) },
    tempo: { tick: 50 },
    ...options,
  });
  const ask: Running['ask'] = async (method, path, body, headers = {}) =>
    server.app.request(`http://127.0.0.1${path}`, {
      method,
      headers: {
        host: '127.0.0.1',
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body) }),
    });
  return {
    server,
    shop,
    dataDir,
    ask,
    again: async (more = {}) => {
      await server.stop();
      return running({ ...options, ...more, dataDir }, shop);
    },
    end: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A sealed script of the payment page that now also sends the card elsewhere. */
export function alteredScript(before: BlobRef, after: BlobRef): FileChange {
  const state = (hash: BlobRef) => ({
    type: 'file' as const,
    size: 100,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: instant(),
    ctime: instant(),
    hash,
    link: null,
  });
  return {
    kind: 'changed',
    path: 'assets/payment.js',
    from: null,
    policy: 'sealed',
    before: state(before),
    after: state(after),
    bodyBefore: before,
    bodyAfter: after,
    noticedAt: instant(),
  };
}

export const report = (changes: readonly FileChange[], more: Partial<GuardReport> = {}): GuardReport =>
  ({
    id: newId('report'),
    guard: 'guard-1',
    shop: 'komorebi',
    root: 'site',
    seal: refOf('the seal'),
    at: instant(),
    changes,
    gaps: [],
    ...more,
  }) as GuardReport;

export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  // A generous end so that a hung server fails the test instead of the suite; never what is measured.
  for (let n = 0; n < 1_500; n++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never came: ${what}`);
}
