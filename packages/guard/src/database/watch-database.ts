import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabasePlan } from '@komainu/model';
import { GuardError, sayError } from '../error.ts';
import type { Watch, WatchOptions, WatchStart } from '../watch/watch-root.ts';
import type { Database, OpenDatabase } from './connection.ts';
import { openMarks, type Marks } from './marks.ts';
import { look } from './look.ts';
import { sealedPlan } from './sealed-plan.ts';
import { startTelling, type Telling } from './telling.ts';

export interface WatchDatabaseOptions
  extends Pick<WatchOptions, 'seal' | 'guard' | 'blobs' | 'known' | 'onReport' | 'onSettled' | 'onProblem'> {
  readonly open: OpenDatabase;
  /** A directory of the guard's own: how far tables have been read. */
  readonly data: string;
  /** Between looks at what is new. Default 60 s. */
  readonly everyMs?: number;
  /** Between readings of everything that is sealed, also of tables that tell what is new. Default 10 min. */
  readonly wholeEveryMs?: number;
}

/**
 * Watches a database against its seal, by asking it again and again. Differences there are at the start are told too,
 * and rows that came while nobody watched are looked through. Whatever cannot be read is a gap; the next look tries again.
 */
export function watchDatabase(options: WatchDatabaseOptions): Watch {
  const { seal, blobs, open, onProblem, everyMs = 60_000, wholeEveryMs = 600_000 } = options;
  const closing = new AbortController();
  const telling: Telling = startTelling(options);
  let db: Database | null = null;
  let setUp: { readonly plan: DatabasePlan; readonly marks: Marks } | null = null;
  let seenAt = 0;
  let wholeAt = 0;
  let turn: Promise<unknown> = Promise.resolve();

  /** Opens what is not open yet. The account's weaknesses are said once for each connection. */
  async function connect(plan: DatabasePlan): Promise<Database> {
    if (db) return db;
    db = await open();
    for (const weakness of await db.weaknesses(plan.tables.map(({ table }) => table)))
      onProblem({ code: 'weak-account', detail: weakness.en });
    return db;
  }
  async function disconnect(): Promise<void> {
    const old = db;
    db = null;
    await old?.close().catch(() => undefined);
  }

  async function poll(whole: boolean): Promise<WatchStart> {
    const began = performance.now();
    let seen = 0;
    try {
      setUp ??= { plan: await sealedPlan(seal, blobs), marks: await openMarks(options.data, seal.seal.root) };
      const { plan, marks } = setUp;
      const looked = await look({ db: await connect(plan), plan, marks, seal, telling, whole });
      await telling.flush(whole ? { kind: 'whole', ...looked } : { kind: 'part' });
      // Only now: what was read and not told must be read again.
      await marks.save();
      seenAt = Date.now();
      if (whole) wholeAt = seenAt;
      seen = looked.values;
    } catch (error) {
      await giveUp(error);
    }
    return { paths: seen, directories: setUp?.plan.tables.length ?? 0, ms: performance.now() - began };
  }
  async function giveUp(reason: unknown): Promise<void> {
    setUp = null;
    await disconnect();
    const detail = sayError(reason).slice(0, 300);
    if (reason instanceof GuardError && reason.code !== 'config')
      return onProblem({ code: 'not-told', detail });
    telling.gap({ path: null, detail: `the database cannot be read: ${detail}` });
    try {
      await telling.flush({ kind: 'part' });
    } catch (failed) {
      onProblem({ code: 'not-told', detail: sayError(failed) });
    }
  }
  /** One look at a time. A settled difference is followed by a whole reading, which alone can say that all is well. */
  const next = async (whole: boolean): Promise<WatchStart> => {
    const mine = turn.then(async () => {
      const first = await poll(whole);
      return telling.mayBeClear() && !whole ? poll(true) : first;
    });
    turn = mine.catch(() => undefined);
    return mine;
  };

  const ready = next(true);
  const running = run();
  async function run(): Promise<void> {
    await ready;
    while (!closing.signal.aborted) {
      const behind = setUp?.plan.tables.some(
        (table) => table.watch === 'visitor' && !setUp?.marks.isAtEnd(table),
      );
      // A first reading of long tables goes on at once, with a pause in which others have their turn.
      const pause = behind && db ? Math.min(1_000, everyMs) : everyMs;
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      if (!closing.signal.aborted) await next(Date.now() - wholeAt >= wholeEveryMs);
    }
  }
  return {
    ready,
    // Late by more than a look and its time limits: something hangs.
    lastBeat: () => (db && Date.now() - seenAt < everyMs + 60_000 ? Date.now() : seenAt),
    pass: async (kind) => {
      await next(kind === 'hash');
    },
    close: async () => {
      closing.abort();
      await running;
      await turn;
      await disconnect();
    },
  };
}
