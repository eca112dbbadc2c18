import type { KeyObject } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs, GuardianId, LocalHalt, RootId, ShopId, Text } from '@komainu/model';
import type { IsMisplaced } from '../act/plan.ts';
import type { WatchOptions } from '../watch/watch-root.ts';
import { startCourier } from './courier.ts';
import { type GuardEvent, sayTo } from './events.ts';
import { openGuardKey } from './guard-key.ts';
import { startHeartbeats } from './heartbeat.ts';
import { lockDirectory } from './lock.ts';
import { type GuardedRoot, guardRoot, type RootGuard } from './root-guard.ts';
import { type Limits, LIMITS, watchSelf } from './self-check.ts';
import { linkServer } from './server-link.ts';
import { openSpool } from './spool.ts';

export interface RunGuardOptions
  extends Pick<WatchOptions, 'reconcileMs' | 'hashEveryMs' | 'maxBody' | 'maxHash' | 'events'> {
  /** The server's address, `http://127.0.0.1:4180`. */
  readonly server: string;
  /** The bearer token, or where to get it each time; never from the command line. */
  readonly token: string | (() => string);
  readonly guard: GuardianId;
  readonly shop: ShopId;
  readonly roots: readonly GuardedRoot[];
  /** The sealing key; seals by any other are refused. */
  readonly publicKey: KeyObject | string;
  /** The store the roots were sealed into. */
  readonly blobs: Blobs;
  /** The guard's own directory: spool, what was told, counters. Created with mode 0700. */
  readonly data: string;
  /** How to stop card payments where a sealed response says `halt`; left out: it is only told. */
  readonly localHalt?: LocalHalt;
  /** Has this file no place among uploads? Decides what is taken out of `no-exec` folders; left out: only links are. */
  readonly isMisplaced?: IsMisplaced;
  /** Default 5 s. */
  readonly heartbeatMs?: number;
  /** Between looks for a new seal. Default 2 s; a difference looks at once. */
  readonly sealMs?: number;
  /** Most bytes of bodies kept while the server is away. Default 1 GiB. */
  readonly maxSpool?: number;
  /** What the guard itself may use before it tells; {@link LIMITS} when left out. */
  readonly limits?: Limits;
  readonly onEvent: (event: GuardEvent) => void;
}

export interface RunningGuard {
  /** Every root has been compared with its seal once. */
  readonly ready: Promise<void>;
  /** Roots whose watch is alive. */
  watching(): readonly RootId[];
  /** Reports the server has not taken yet. */
  pending(): number;
  /** Resolves when the server has taken all there is. */
  delivered(): Promise<void>;
  /** All stats, or all bytes, of all roots, now. */
  pass(kind: 'stat' | 'hash'): Promise<void>;
  /** What is not delivered stays in the spool. */
  close(): Promise<void>;
}

export type RunGuardResult =
  | { readonly kind: 'running'; readonly guard: RunningGuard }
  /** A root's seal is missing, altered, or not by this key. */
  | { readonly kind: 'refused'; readonly root: RootId; readonly message: Text };

/**
 * Guards the roots of one shop and tells its server. A difference counts as noticed when it is in the spool on disk;
 * it leaves the spool when the server has answered 200. The server's absence holds nothing up here.
 * @throws GuardError `spool` when `data` cannot be used, or is used by another guard.
 */
export async function runGuard(options: RunGuardOptions): Promise<RunGuardResult> {
  const { data, shop, guard, blobs, token, reconcileMs, hashEveryMs, maxBody, maxHash, events } = options;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(data);
  const closing = new AbortController();
  const say = sayTo(options.onEvent);
  const guards: RootGuard[] = [];
  const watching = () => guards.filter((one) => one.isWatching()).map((one) => one.seal.seal.root);
  try {
    const spool = await openSpool({
      dir: join(data, 'spool'),
      ...(options.maxSpool ? { maxBytes: options.maxSpool } : {}),
    });
    const base = options.server.endsWith('/') ? options.server : `${options.server}/`;
    const link = linkServer(base, typeof token === 'string' ? () => token : token, closing.signal);
    const courier = startCourier(spool, blobs, link, say);
    const stop = async () => {
      closing.abort();
      await Promise.all(guards.map(async (one) => one.close()));
      await courier.close();
      unlock();
    };

    const tuning = defined({ reconcileMs, hashEveryMs, maxBody, maxHash, events });
    for (const place of options.roots) {
      const opened = await guardRoot({
        place,
        shop,
        guard,
        publicKey: options.publicKey,
        blobs,
        data,
        spool,
        courier,
        say,
        localHalt: options.localHalt,
        isMisplaced: options.isMisplaced ?? (() => false),
        tuning,
        lookMs: options.sealMs ?? 2_000,
      });
      if ('kind' in opened) {
        await stop();
        return { kind: 'refused', root: place.root, message: opened.message };
      }
      guards.push(opened);
    }
    courier.begin();
    say(
      'info',
      'started',
      `guard "${guard}" of shop "${shop}": ${guards.length} roots, ${spool.pending().length} reports waiting`,
    );
    const beats = await startHeartbeats({
      dir: data,
      guard,
      shop,
      key: await openGuardKey(data),
      everyMs: options.heartbeatMs ?? 5_000,
      link,
      watching,
      onAnswer: () => courier.serverSeen(),
      say,
      signal: closing.signal,
    });
    void watchSelf({
      limits: options.limits ?? LIMITS,
      watchLag: () => Math.max(0, ...guards.map((one) => one.lag())),
      tell: (problem) => {
        say('error', 'problem', problem);
        // It is about the process: one root's report is enough.
        guards[0]?.tellGap(problem).catch(() => undefined);
      },
      signal: closing.signal,
    });
    const ready = allOf(guards.map(async (one) => one.ready));
    // What is watched is said at once. A failure is also told as a problem; nobody needs to wait for it.
    ready.then(beats.beatNow, () => undefined);
    return {
      kind: 'running',
      guard: {
        ready,
        watching,
        pending: () => spool.pending().length,
        delivered: async () => courier.idle(),
        pass: async (kind) => allOf(guards.map(async (one) => one.pass(kind))),
        close: async () => {
          await stop();
          await beats.stopped;
          say('info', 'stopped', `${spool.pending().length} reports wait for the next start`);
        },
      },
    };
  } catch (error) {
    closing.abort();
    await Promise.all(guards.map(async (one) => one.close()));
    unlock();
    throw error;
  }
}

async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(promises);
}

/** Leaves out what is undefined. */
const defined = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
