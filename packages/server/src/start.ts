import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { canonicalBytes, type Journey, type ShopId } from '@komainu/model';
import type { EntryDraft } from '@komainu/respond';
import { openShop } from '@komainu/shops';
import { type Desk, openDesk } from './act/desk.ts';
import { keepGate } from './act/gate-keeper.ts';
import { prover } from './act/prove.ts';
import { resumer } from './act/resume.ts';
import { reasonOf } from './error.ts';
import { createApp } from './http/app.ts';
import { consoleFiles } from './http/console-files.ts';
import { listen } from './http/listen.ts';
import type { Services } from './http/services.ts';
import { openToken } from './http/token.ts';
import { takeReports } from './intake/reports.ts';
import { ownRulesOf } from './intake/own-rules.ts';
import { keepRules } from './intake/rules.ts';
import { readJourneys } from './journeys.ts';
import { type Log, openLog } from './log.ts';
import { type ServerOptions, TEMPO } from './options.ts';
import { openStorage, type Storage } from './storage.ts';
import { ticker } from './ticker.ts';
import { openChecks } from './watch/checks.ts';
import { openProber } from './watch/prober.ts';
import { supervise } from './watch/supervisor.ts';

export interface Server {
  /** Where it listens. */
  readonly url: string;
  /** The admin token. */
  readonly token: string;
  /** The same HTTP surface without a socket, for tests: `app.request()`. */
  readonly app: OpenAPIHono;
  /** Finishes what is being recorded, aborts visits, closes everything. A halt in force goes on at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the server: opens ledger and state, takes up every unfinished halt at once, then listens and checks.
 * @throws ServerError, EvidenceError: one sentence each that says what to do
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const log = options.log ?? openLog();
  const journeys = await readJourneys(options.config, options.configDir);
  const storage = await openStorage(options.dataDir, options.version, log);
  const undo: (() => Promise<void>)[] = [() => storage.close()];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed())
      await step().catch((error: unknown) =>
        log.error({ reason: reasonOf(error) }, 'stopping failed in part'),
      );
  };
  try {
    return await run(options, storage, journeys, log, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  options: ServerOptions,
  storage: Storage,
  journeys: ReadonlyMap<string, Journey | null>,
  log: Log,
  undo: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<Server> {
  const { config, env, version, ports = {} } = options;
  const { journal, ledger, blobs, store, queue } = storage;
  const tempo = { ...TEMPO, ...options.tempo };
  const stopping = new AbortController();
  log.info({ ...journal.opened, entries: journal.size() }, 'the ledger is open');

  const desks = new Map(config.shops.map((shop): [ShopId, Desk] => [shop.id, openDesk(shop, journal, log)]));
  undo.push(async () => void (await Promise.all([...desks.values()].map((desk) => desk.idle()))));
  const prober = ports.prober ?? openProber({ blobs, log, executable: options.browser });
  undo.push(() => prober.close());
  const posts = [...desks.values()].flatMap((desk) =>
    desk.shop.pages.map((page) => ({
      desk,
      page,
      journey: journeys.get(`${desk.shop.id}/${page.id}`) ?? null,
    })),
  );
  const workers = options.visits ?? 2;
  const checks = openChecks({ posts, queue, journal, blobs, prober, workers, log });
  undo.push(() => checks.stop());
  const rules = await keepRules(join(options.dataDir, 'rules'), options.rulesKey ?? null, log);
  const ownRules = ownRulesOf(config, options.configDir, env['PATH'] ?? '');
  const reports = takeReports(journal, store, blobs, { rules, ownRules }, log);
  undo.push(() => reports.idle());

  const gates = [...desks.values()].map((desk) => {
    const { shop } = desk;
    const port = ports.shop?.(shop.platform, shop) ?? openShop(shop.platform, env);
    const visits = prover(
      posts.filter((post) => post.desk === desk),
      prober,
      blobs,
    );
    const prove = (signal: AbortSignal) => ports.prove?.(shop, signal) ?? visits(signal);
    const keeper = keepGate({ desk, port, prove, log });
    return { desk, port, keeper, resume: resumer(desk, port, checks, stopping.signal) };
  });
  undo.push(async () => void (await Promise.all(gates.map(({ keeper }) => keeper.stop()))));
  journal.listen(({ index, entry }) => {
    log.info({ index, shop: entry.shop, kind: entry.kind }, 'recorded');
    for (const { desk, keeper } of gates) {
      if (entry.shop !== desk.shop.id) continue;
      keeper.wake();
      // The first look is evidence: at a halted shop, whether the page is still altered; at a resumed one, whether it
      // is as approved now that cards are on again.
      if (entry.kind === 'halt.proved' || entry.kind === 'resume.done')
        for (const { id } of desk.shop.pages) checks.check(desk.shop.id, id).catch(() => undefined);
    }
  });

  // What was under way when the former server ended goes first; everything else can wait.
  for (const { desk, keeper } of gates) {
    await desk.recover();
    keeper.wake();
    keeper.hold().catch(() => undefined);
  }
  // The first sign-in to a platform takes longest: not in the middle of the first halt.
  for (const { port } of gates) port.cardMethods(stopping.signal).catch(() => undefined);
  const announce = announcer(options, storage, desks, log);
  await announce();
  await reports.judgeOwed(desks);

  const patience = config.heartbeatSeconds * 1_000;
  const supervisor = await supervise({ desks, checks, store, blobs, log, patience, checkTime: tempo.check });
  const admin = await openToken(options.dataDir);
  const services: Services = {
    version,
    env,
    log,
    journal,
    ledger,
    blobs,
    desks,
    checks,
    supervisor,
    reports,
    sealKeys: options.sealKeys ?? [],
    stopping: stopping.signal,
    resume: (shop, request) => resumeOf(gates, shop)(request),
  };
  const app = createApp({
    services,
    store,
    admin,
    hosts: [config.server.host, ...(options.hosts ?? [])],
    scratch: join(options.dataDir, 'tmp'),
    console: options.consoleDir === undefined ? null : await consoleFiles(options.consoleDir),
    quiet: tempo.quiet,
  });
  const listener = await listen(app, config.server.host, config.server.port);
  undo.push(() => listener.close());
  await checks.start();
  if (posts.length > 0) prober.warm();

  const ticks = [
    ticker(
      tempo.tick,
      async () => {
        await journal.catchUp();
        await Promise.all([...desks.values()].map((desk) => desk.settle()));
        await announce();
        await supervisor.look();
        await rules.look();
        await reports.judgeOwed(desks);
        for (const { keeper } of gates) keeper.wake();
      },
      log,
    ),
    ticker(tempo.gate, async () => void (await Promise.all(gates.map(({ keeper }) => keeper.hold()))), log),
  ];
  undo.push(async () => {
    stopping.abort();
    await Promise.all(ticks.map((tick) => tick.stop()));
  });
  log.info({ url: listener.url }, 'Komainu is listening');
  return { url: listener.url, token: admin.token, app, stop };
}

function resumeOf(
  gates: readonly { readonly desk: Desk; readonly resume: ReturnType<typeof resumer> }[],
  shop: ShopId,
) {
  const gate = gates.find(({ desk }) => desk.shop.id === shop);
  if (gate === undefined) throw new Error(`no shop ${shop}`);
  return gate.resume;
}

/** Records that the server started and which configuration holds; again later what a full disk refused at first. */
function announcer({ version }: ServerOptions, storage: Storage, desks: ReadonlyMap<ShopId, Desk>, log: Log) {
  const { journal, blobs, recovery } = storage;
  const actor = { kind: 'server', name: 'komainu' } as const;
  const owed: (() => Promise<void>)[] = [
    async () => {
      const draft: EntryDraft = { kind: 'server.started', shop: null, actor, data: { version, recovery } };
      await journal.append(draft);
    },
    ...[...desks.values()].map((desk) => async () => {
      const shop = desk.shop.id;
      const config = await blobs.put(canonicalBytes(desk.shop));
      if (journal.shop(shop).config === config) return;
      await desk.record({ kind: 'shop.registered', shop, actor, data: { config } });
    }),
  ];
  return async () => {
    try {
      for (let next = owed[0]; next !== undefined; next = owed[0]) {
        await next();
        owed.shift();
      }
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'the start could not be recorded yet');
    }
  };
}
