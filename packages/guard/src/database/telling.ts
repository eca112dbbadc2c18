import type { FilePath, GuardReport } from '@komainu/model';
import { digestOfState, type Found, type Gap } from '../disk/difference.ts';
import { GuardError, sayError } from '../error.ts';
import { makeReports } from '../reports.ts';
import type { Seen } from './look.ts';
import type { WatchDatabaseOptions } from './watch-database.ts';

/** What a look finds on its way to reports: each difference once, each gap once while it lasts. */
export interface Telling {
  /** Visitors' fields do not become as sealed again: they hold no all-clear up. */
  found(found: Found, from: 'content' | 'visitor'): Promise<void>;
  gap(gap: Gap): void;
  asSealed(path: FilePath): void;
  /** Something settled, or a gap closed, and nothing is known to be wrong: a whole reading could say that all is well. */
  mayBeClear(): boolean;
  /** Tells the rest. After a whole look without a difference or gap: that everything is as sealed. */
  flush(after: { readonly kind: 'part' } | ({ readonly kind: 'whole' } & Seen)): Promise<void>;
}

const MANY = 200;
const HEAVY = 8 << 20;

export function startTelling({
  seal,
  guard,
  blobs,
  known: given,
  onReport,
  onSettled,
}: Pick<WatchDatabaseOptions, 'seal' | 'guard' | 'blobs' | 'known' | 'onReport' | 'onSettled'>): Telling {
  const reporter = { guard, shop: seal.seal.shop, root: seal.seal.root, seal: seal.ref };
  const known = new Map<FilePath, string>(given ?? []);
  /** Sealed values that differ, whether told now or earlier. */
  const wrong = new Set<FilePath>();
  let waiting: Found[] = [];
  let bytes = 0;
  let gaps = new Map<string, Gap>();
  let toldGaps = new Set<string>();
  let settled = new Set<FilePath>();
  /** Nothing was ever said, or something was that is over now. */
  let owesClear = true;
  let closedSome = false;

  async function report(found: readonly Found[], news: readonly Gap[]): Promise<void> {
    for (const one of await makeReports(reporter, found, news, blobs)) {
      await told(one);
      for (const { path, after } of one.changes) known.set(path, digestOfState(after));
    }
  }
  /** What goes wrong here is not the database's fault, and must not be taken for it. */
  async function told(one: GuardReport): Promise<void> {
    try {
      await onReport(one);
    } catch (error) {
      throw error instanceof GuardError
        ? error
        : new GuardError('spool', `cannot be told: ${sayError(error)}`, { cause: error });
    }
  }
  async function send(): Promise<void> {
    const found = waiting;
    waiting = [];
    bytes = 0;
    if (found.length > 0) await report(found, []);
  }
  async function settle(paths: ReadonlySet<FilePath>): Promise<void> {
    if (paths.size === 0) return;
    await onSettled?.([...paths]);
    for (const path of paths) {
      known.delete(path);
      wrong.delete(path);
    }
    closedSome = true;
  }

  return {
    async found(found, from) {
      if (from === 'content') {
        wrong.add(found.path);
        owesClear = true;
      }
      if (known.get(found.path) === digestOfState(found.after)) return;
      waiting.push(found);
      bytes += found.bytes?.length ?? 0;
      if (waiting.length >= MANY || bytes >= HEAVY) await send();
    },
    gap: (gap) => void gaps.set(`${gap.path ?? ''} ${gap.detail}`, gap),
    asSealed: (path) => {
      if (known.has(path)) settled.add(path);
    },
    mayBeClear: () => closedSome && wrong.size === 0,
    async flush(after) {
      await send();
      const now = gaps;
      gaps = new Map();
      const news = [...now].flatMap(([key, gap]) => (toldGaps.has(key) ? [] : [gap]));
      if (news.length > 0) await report([], news);
      toldGaps = after.kind === 'whole' ? new Set(now.keys()) : new Set([...toldGaps, ...now.keys()]);
      if (now.size > 0) owesClear = true;
      await settle(settled);
      settled = new Set();
      if (after.kind === 'part') {
        // A lost connection that is back: only a whole reading tells what happened meanwhile.
        if (now.size === 0 && toldGaps.size > 0) closedSome = true;
        return;
      }
      // Values that were told, are no part of the seal and are not there any more.
      const gone = known.keys().filter((path) => after.isGone(path));
      await settle(new Set(gone));
      closedSome = false;
      if (!owesClear || wrong.size + now.size > 0) return;
      await report([], []);
      owesClear = false;
    },
  };
}
