import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Browser as Walker,
} from 'playwright-core';
import { type Connection, connect } from '../cdp/connection.ts';
import { ProbeError } from '../error.ts';
import { inTime } from '../in-time.ts';
import { openProxy, type Proxy } from '../network/proxy.ts';
import { type ContextWatch, type Observer, startObserver, type Watcher } from '../observe/observer.ts';
import { type Chromium, newSeed, startChromium } from './chromium.ts';
import { type Draws, learnDraws } from './draws.ts';
import { walkerTransport } from './walker.ts';
import { startWatchdog } from './watchdog.ts';

/** One Chromium, many visits, each in a fresh browser context. A crash is noticed; the next visit opens a new one. */
export interface ProbeBrowser {
  /** Kills the browser, removes its profile. Idempotent. */
  close(): Promise<void>;
  /**
   * A fresh context, watched before its first page exists, with a proxy of its own as its only way out; `prepare` is
   * given the browser's product, that proxy and what is known of the browser's draws. For `visit`.
   */
  open<S extends Watched>(
    options: ContextOptions,
    prepare: (product: string, proxy: Proxy, draws: Draws | null) => S,
  ): Promise<{ readonly context: OpenContext; readonly stage: S }>;
  /** Process id of the running browser, null when none runs. */
  pid(): number | null;
  /** Ends the browser; the next visit starts another, with other draws. Nobody may be visiting. */
  renew(): Promise<void>;
}

export interface ContextOptions extends BrowserContextOptions {
  readonly privateNetwork: boolean;
}

interface Watched {
  readonly watchers: readonly Watcher[];
}

export interface OpenContext {
  readonly walker: BrowserContext;
  readonly contextId: string;
  readonly watch: ContextWatch;
  readonly connection: Connection;
  readonly product: string;
  close(): Promise<void>;
}

interface Running {
  readonly chromium: Chromium;
  readonly connection: Connection;
  readonly observer: Observer;
  readonly walker: Walker;
  readonly product: string;
  readonly draws: Draws | null;
  gone: boolean;
}

/** @throws ProbeError `no-browser` or `no-start`: there is no Chromium to look with. */
export async function openBrowser(
  options: { readonly executable?: string; readonly signal?: AbortSignal } = {},
): Promise<ProbeBrowser> {
  const executable = options.executable ?? process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium';
  let current: Promise<Running> | null = null;
  let closed = false;
  let pid: number | null = null;
  // Kept when a browser has to be started again after a crash: visits that are compared draw alike.
  let seed = newSeed();
  // Contexts are opened one after the other: which one is ours is told by the difference of two lists.
  let turn: Promise<unknown> = Promise.resolve();

  const running = async (): Promise<Running> => {
    if (closed) throw new ProbeError('closed', 'the browser was closed');
    const known = await current?.catch(() => null);
    if (known && !known.gone) return known;
    if (known) await stop(known);
    current = start(executable, seed, options.signal);
    const fresh = await current;
    pid = fresh.chromium.pid;
    void fresh.connection.closed.then(() => (pid = pid === fresh.chromium.pid ? null : pid));
    return fresh;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  await running();
  return {
    open: ({ privateNetwork, ...contextOptions }, prepare) =>
      inTurn(async () => {
        const browser = await running();
        const proxy = await openProxy({ privateNetwork });
        try {
          const stage = prepare(browser.product, proxy, browser.draws);
          return { context: await openContext(browser, contextOptions, stage.watchers, proxy), stage };
        } catch (error) {
          await proxy.close();
          throw error;
        }
      }),
    pid: () => pid,
    renew: () =>
      inTurn(async () => {
        const known = await current?.catch(() => null);
        current = null;
        seed = newSeed();
        if (known) await stop(known);
      }),
    close: async () => {
      closed = true;
      await turn;
      const known = await current?.catch(() => null);
      current = null;
      if (known) await stop(known);
    },
  };
}

async function start(executable: string, seed: number, signal: AbortSignal | undefined): Promise<Running> {
  const process = await startChromium(executable, signal, seed);
  try {
    const connection = await connect(process.address, signal);
    const { product } = await connection.root.send('Browser.getVersion');
    const draws = await learnDraws(connection);
    const observer = await startObserver(connection);
    const walker = await chromium.connectOverCDP(await walkerTransport(process.address), { timeout: 20_000 });
    const running: Running = { chromium: process, connection, observer, walker, product, draws, gone: false };
    const dismiss = startWatchdog(connection.root);
    void connection.closed.then(() => (running.gone = true)).then(dismiss);
    walker.on('disconnected', () => (running.gone = true));
    return running;
  } catch (cause) {
    await process.close();
    throw new ProbeError('no-start', 'the browser started but did not answer', { cause });
  }
}

async function stop(running: Running): Promise<void> {
  running.gone = true;
  running.connection.close();
  // Playwright says goodbye to a browser that may be gone: the process's end settles it.
  await Promise.allSettled([running.chromium.close(), running.walker.close()]);
}

async function openContext(
  running: Running,
  options: BrowserContextOptions,
  watchers: readonly Watcher[],
  proxy: Proxy,
): Promise<OpenContext> {
  const { root } = running.connection;
  const before = new Set((await root.send('Target.getBrowserContexts')).browserContextIds);
  const walker = await running.walker.newContext({
    ...options,
    // Without the rule Chromium goes round every proxy for loopback and *.localhost.
    proxy: { server: proxy.server, bypass: '<-loopback>' },
  });
  const after = (await root.send('Target.getBrowserContexts')).browserContextIds;
  const contextId = after.find((id) => !before.has(id));
  if (!contextId) throw new ProbeError('no-start', 'the browser made no context');
  const watch = running.observer.watch(contextId, watchers);
  return {
    walker,
    contextId,
    watch,
    connection: running.connection,
    product: running.product,
    close: async () => {
      // A hung renderer may not let Playwright finish; disposing of the context kills it.
      await inTime(walker.close(), 3_000).catch(() => undefined);
      watch.end();
      await root.send('Target.disposeBrowserContext', { browserContextId: contextId }).catch(() => undefined);
      await proxy.close();
    },
  };
}
