import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyObject } from 'node:crypto';
import {
  type Blobs,
  type FilePath,
  type GuardianId,
  type GuardReport,
  type LocalHalt,
  type RootId,
  type ShopId,
} from '@komainu/model';
import { expiryOf } from '../seal/expiry.ts';
import { type Actor, makeActor } from '../act/actor.ts';
import type { IsMisplaced } from '../act/plan.ts';
import { formerSeal } from '../act/former.ts';
import { type OpenSeal, openSeal, type SealRefused } from '../seal/open-seal.ts';
import { replaceDurably } from '../seal/store-seal.ts';
import { type Watch, type WatchOptions, type WatchProblem, watchRoot } from '../watch/watch-root.ts';
import { type WatchDatabaseOptions, watchDatabase } from '../database/watch-database.ts';
import { GuardError, sayError } from '../error.ts';
import type { Courier } from './courier.ts';
import { type Say, sayNoticed } from './events.ts';
import { putRight, type Spool, withoutActs } from './spool.ts';
import { gapReport } from '../reports.ts';
import { openTold, type Told } from './told.ts';

export type GuardedRoot = {
  readonly root: RootId;
  /** Its seal directory. */
  readonly seal: string;
} & (
  | {
      /** Where the root is; absolute. */
      readonly dir: string;
      readonly database?: never;
    }
  | {
      readonly database: Pick<WatchDatabaseOptions, 'open' | 'everyMs' | 'wholeEveryMs'>;
    }
);

export interface RootGuardOptions {
  readonly place: GuardedRoot;
  readonly shop: ShopId;
  readonly guard: GuardianId;
  readonly publicKey: KeyObject | string;
  /** The seal's store: the bytes before. */
  readonly blobs: Blobs;
  /** The guard's own directory. */
  readonly data: string;
  readonly spool: Spool;
  readonly courier: Courier;
  readonly say: Say;
  readonly localHalt: LocalHalt | undefined;
  readonly isMisplaced: IsMisplaced;
  readonly tuning: Pick<WatchOptions, 'reconcileMs' | 'hashEveryMs' | 'maxBody' | 'maxHash' | 'events'>;
  /** Between looks for a new seal, and before a dead watch is started again. */
  readonly lookMs: number;
}

/** Guards one root: watches it, follows new seals, starts again what died. */
export interface RootGuard {
  readonly seal: OpenSeal;
  readonly ready: Promise<unknown>;
  isWatching(): boolean;
  /** Milliseconds since its threads last showed that they live. */
  lag(): number;
  /** Tells the server of something that is about the guard itself. */
  tellGap(detail: string): Promise<void>;
  pass(kind: 'stat' | 'hash'): Promise<void>;
  close(): Promise<void>;
}

/** Threads that have not shown for so long that they live are not counted as watching. */
const ALIVE_MS = 10_000;

export async function guardRoot(options: RootGuardOptions): Promise<RootGuard | SealRefused> {
  const { place, shop, guard, data, spool, courier, say, tuning } = options;
  const { root } = place;
  const seen = join(data, 'releases');
  await mkdir(seen, { recursive: true, mode: 0o700 });

  const open = async () => {
    // A lower release than was ever in force here is an old, weaker state put back.
    const atLeast = Number.parseInt(await readFile(join(seen, root), 'utf8').catch(() => '1'), 10) || 1;
    return openSeal({ dir: place.seal, publicKey: options.publicKey, root, shop, atLeast });
  };
  const first = await open();
  if (first.kind === 'refused') return first;

  let seal = first.seal;
  let told: Told;
  let watch: Watch;
  let isReady = false;
  let refusedAs = '';
  let inForce = await linkOf(place.seal);
  const closing = new AbortController();

  const acting = (dir: string): Actor =>
    makeActor({
      place: { root, dir },
      reporter: { guard, shop },
      data,
      blobs: options.blobs,
      spool,
      say,
      localHalt: options.localHalt,
      isMisplaced: options.isMisplaced,
      inForce: async () => {
        await followSeal();
        return seal;
      },
      onActs: (item, acts) => {
        courier.after(item, told.tell(item));
        courier.wake();
        if (acts.seal === seal.ref) watch.putRight?.(putRight(acts));
      },
    });
  // Rows of a database are told, and put back by people.
  const actor = place.database ? null : acting(place.dir);

  async function adopt(next: OpenSeal): Promise<Watch> {
    seal = next;
    await actor?.adopt(seal, await formerSeal(place.seal, seal, options.publicKey));
    await replaceDurably(seen, root, Buffer.from(`${seal.seal.release}\n`));
    const mine = (told = await openTold(join(data, 'told'), root, seal.ref, spool.pending()));
    spool.startAbove(told.sequence);
    courier.announce(seal);
    isReady = false;
    /** Whether it was told. */
    const tell = async (report: GuardReport): Promise<boolean> => {
      // A deploy puts the new seal in force and then moves the files: what differs is judged by the seal that
      // counts now, by the watch that is started for it.
      if (report.changes.length > 0 && (await followSeal())) return false;
      if (report.seal !== seal.ref) return false;
      await take(report, mine);
      return true;
    };
    const common = {
      seal,
      guard,
      blobs: spool.blobs(options.blobs),
      known: told.known,
      onSettled: async (paths: readonly FilePath[]) => mine.settle(paths),
      onProblem: (problem: WatchProblem) => onProblem(problem),
    };
    const started = place.database
      ? watchDatabase({
          ...common,
          ...place.database,
          data: join(data, 'marks'),
          // A file is found again by the next watch; a visitor's row only if this one does not note it as read.
          onReport: async (report) => {
            if (!(await tell(report))) throw new GuardError('superseded', 'another seal is in force');
          },
        })
      : watchRoot({
          ...tuning,
          ...common,
          dir: place.dir,
          onReport: async (report) => void (await tell(report)),
        });
    void whenReady(started);
    return started;
  }

  async function whenReady(started: Watch): Promise<void> {
    try {
      const { paths, directories, ms, events, refused = [] } = await started.ready;
      if (started !== watch) return;
      isReady = true;
      const why = refused.length > 0 ? ` (${refused.join('; ')})` : '';
      const source = events ? `; events by ${events}${why}` : '';
      say(
        'info',
        'watching',
        `${paths} paths in ${directories} directories, compared in ${Math.round(ms)} ms${source}`,
        root,
      );
    } catch {
      // Told as a problem, and started again.
    }
  }

  async function take(report: GuardReport, mine: Told): Promise<void> {
    const item = await spool.add(report);
    courier.after(item, Promise.all([mine.tell(item), actor?.about(item, false)]));
    courier.wake();
    if (report.changes.length + report.gaps.length === 0) {
      await actor?.settled();
      return say('info', 'as-sealed', 'everything is as sealed', root);
    }
    sayNoticed(say, report);
  }

  /** Tells the server of something that is about the guard itself. */
  const tellGap = async (detail: string) =>
    take(gapReport({ guard, shop, root, seal: seal.ref }, detail), told);

  function onProblem({ code, detail }: WatchProblem): void {
    say(
      code === 'root-back' ? 'info' : code === 'weak-account' ? 'warn' : 'error',
      'problem',
      `${code}: ${detail}`,
      root,
    );
    if (code === 'worker-died') void revive(detail);
    // The removal of the root is a change; the system's limit a gap already.
  }

  async function revive(detail: string): Promise<void> {
    isReady = false;
    await tellGap(`the watch ended and was started again: ${detail}`).catch(() => undefined);
    await sleep(options.lookMs, undefined, { signal: closing.signal }).catch(() => undefined);
    if (!closing.signal.aborted) watch = await adopt(seal);
  }

  let following: Promise<boolean> | null = null;
  /** Is another seal in force now? Then it is adopted. One that does not verify is reported, and the old one stays. */
  const followSeal = async (): Promise<boolean> => {
    following ??= follow().finally(() => {
      following = null;
    });
    return following;
  };
  async function follow(): Promise<boolean> {
    const link = await linkOf(place.seal);
    if (link === inForce || closing.signal.aborted) return false;
    const opened = await open();
    if (opened.kind === 'refused') {
      if (refusedAs !== opened.message.en) {
        refusedAs = opened.message.en;
        say('error', 'seal', `not adopted: ${opened.message.en}`, root);
        await tellGap(`the seal in force was changed and refused: ${opened.message.en}`);
      }
      return false;
    }
    refusedAs = '';
    if (opened.seal.ref === seal.ref) {
      inForce = link;
      return false;
    }
    say('info', 'seal', `release ${opened.seal.seal.release} is in force, after ${seal.seal.release}`, root);
    const old = watch;
    watch = await adopt(opened.seal);
    inForce = link;
    // Not awaited: this may be called from within one of its own reports.
    void old.close();
    return true;
  }

  let expiredAs: OpenSeal | null = null;
  /** Told once for each seal, and once more after a restart. */
  async function tellExpiry(): Promise<void> {
    const expired = expiryOf(seal);
    if (expired === null || expiredAs === seal) return;
    expiredAs = seal;
    say('error', 'seal', expired.detail, root);
    await tellGap(expired.detail);
  }

  watch = await adopt(seal);
  // Killed between a report and what came of it: a report leaves the spool only after that is in it.
  for (const item of withoutActs(spool.pending()))
    if (actor && item.report.root === root) courier.after(item, actor.about(item, true));
  const looking = look();
  async function look(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(options.lookMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (!closing.signal.aborted)
        await followSeal()
          .then(tellExpiry)
          .then(async () => actor?.look(told.known.keys()))
          .catch((error: unknown) => say('error', 'problem', sayError(error), root));
    }
  }

  return {
    get seal() {
      return seal;
    },
    get ready() {
      return watch.ready;
    },
    lag: () => Date.now() - watch.lastBeat(),
    tellGap,
    isWatching: () => isReady && Date.now() - watch.lastBeat() < ALIVE_MS,
    pass: async (kind) => watch.pass(kind),
    close: async () => {
      closing.abort();
      await looking;
      await watch.close();
    },
  };
}

/** Which release `current` points to; cheap enough to ask before every report. */
async function linkOf(dir: string): Promise<string> {
  return realpath(join(dir, 'current')).catch(() => '');
}
