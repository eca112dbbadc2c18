import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { FilePath } from '@komainu/model';
import { list } from '../disk/list.ts';
import type { Policies } from '../disk/policy.ts';
import { identityOf, signatureOf } from '../disk/state.ts';
import type { SealedEntries } from '../seal/entries.ts';
import { type Checker, statOf } from './checker.ts';
import { isRacy, type Judge } from './judge.ts';
import type { VerifierSettings, WatchProblemCode } from './messages.ts';
import type { Watches } from './watches.ts';

/** The looks at everything: by stat often, by hash seldom. Only the second proves; the first finds what events lose. */
export interface Passes {
  /** The number of the stat pass under way, or of the last one. */
  generation(): number;
  /** A stat pass within so many ms, sooner than planned. */
  soon(ms: number): void;
  /** A pass now; `done` when all it found has been looked at. */
  ask(hash: boolean, done: () => void): void;
  /** Sends what the last pass did not see to be looked at: it is gone. */
  sweep(): void;
  /** Says it, when directories could not be watched. */
  tellLimits(): void;
  run(): Promise<never>;
}

interface Parts {
  readonly settings: VerifierSettings;
  readonly judge: Judge;
  readonly watches: Watches;
  readonly sealed: SealedEntries;
  readonly policies: Policies;
  readonly checker: Checker;
  readonly later: (path: FilePath, force?: boolean) => void;
  readonly drained: () => Promise<void>;
  readonly wake: () => void;
  readonly gap: (detail: string) => void;
  readonly problem: (code: WatchProblemCode, detail: string) => void;
  /** Every stat has been compared since then (ms since 1970). */
  readonly allCompared: (since: number) => void;
  /** Every byte has been read and compared since then. */
  readonly allRead: (since: number) => void;
}

const SLICE_MS = 4;
const PIECE = 64;
const PAUSE_MS = 100;
/** The reading of all bytes rests at least three times as long as it works: it takes a quarter of one core at most. */
const REST = 3;

export function makePasses({ settings, judge, watches, sealed, policies, checker, ...to }: Parts): Passes {
  let generation = 0;
  let due = Date.now() + settings.reconcileMs;
  let asked: { hash: boolean; done: () => void }[] = [];
  let limited = 0;
  let stir = () => {};

  /** Compares the stat of everything with what it was when last verified. */
  async function reconcile(): Promise<void> {
    generation += 1;
    if (!checker.checkRoot()) return;
    watches.retryFailed();
    to.wake();
    let until = performance.now() + SLICE_MS;
    for (const directory of watches.directories.keys()) {
      const real = checker.real();
      if (real === null) return;
      look(real, directory);
      if (performance.now() < until) continue;
      await breathe();
      until = performance.now() + SLICE_MS;
    }
    sweep();
  }

  function look(real: string, directory: FilePath): void {
    const stat = statOf(real, directory);
    if (stat === null || typeof stat === 'string' || watches.directories.get(directory) !== identityOf(stat))
      return to.later(directory);
    const own = judge.live.get(directory);
    if (own) own.seen = generation;
    if (own?.signature !== signatureOf(stat)) to.later(directory);
    const listing = list(real, directory);
    if (listing.kind === 'gone') return;
    judge.listed(directory, listing.kind === 'unreadable' ? listing.detail : null);
    if (listing.kind === 'unreadable') return;
    for (const name of listing.names)
      if (!name.directory || !watches.directories.has(name.path)) compare(real, name);
  }

  function compare(real: string, { path, directory }: { path: FilePath; directory: boolean }): void {
    const live = judge.live.get(path);
    if (!live) {
      if (policies.of(path) !== 'ignored' || (directory && !policies.prunes(path))) to.later(path);
      return;
    }
    const stat = statOf(real, path);
    if (stat === null) return;
    live.seen = generation;
    if (typeof stat === 'string' || live.signature !== signatureOf(stat)) to.later(path);
    else if (isRacy(live, Date.now())) to.later(path, true);
  }

  function sweep(): void {
    for (const [path, { seen }] of judge.live) if (seen !== generation) to.later(path);
    for (const path of sealed.keys())
      if (!judge.live.has(path) && judge.told.get(path) !== 'gone' && !judge.isHidden(path)) to.later(path);
    // A difference told in an earlier life, at a path that is neither sealed nor there any more.
    for (const path of judge.told.keys()) if (!judge.live.has(path) && !sealed.has(path)) to.later(path);
  }

  /**
   * Reads every byte again, in pieces spread evenly over `withinMs`; finds what no stat shows (a write through an old
   * mapping). 0: as fast as it goes.
   */
  async function hashAll(withinMs: number): Promise<void> {
    const started = Date.now();
    const paths = [...judge.live.keys()];
    for (let at = 0; at < paths.length; at += PIECE) {
      const begun = Date.now();
      for (const path of paths.slice(at, at + PIECE)) to.later(path, true);
      await to.drained();
      const planned = started + (withinMs * Math.min(at + PIECE, paths.length)) / paths.length;
      if (withinMs > 0) await sleep(Math.max((Date.now() - begun) * REST, planned - Date.now()));
    }
    to.allRead(started);
  }

  /** Never a burst: a shop's server has other work, and nobody can wait for the reading to be over. */
  async function hashForever(): Promise<never> {
    for (;;) {
      const started = Date.now();
      await hashAll(settings.hashEveryMs);
      // Of a root without any path.
      await sleep(Math.max(PAUSE_MS, started + settings.hashEveryMs - Date.now()));
    }
  }

  function tellLimits(): void {
    // A directory that may not be read is a gap of its own, and its cause is not the limit.
    const refused = [...watches.failed.values()].filter((why) => !/^E(ACCES|PERM)/.test(why));
    const { length: size, 0: why } = refused;
    if (size > limited) {
      const seconds = settings.reconcileMs / 1_000;
      const detail = `${size} directories cannot be watched (${why}) and are only looked at every ${seconds} s; raise fs.inotify.max_user_watches and max_user_instances`;
      to.gap(detail);
      to.problem('watch-limit', detail);
      to.wake();
    }
    limited = size;
  }

  const soon = (ms: number) => {
    due = Math.min(due, Date.now() + ms);
    stir();
  };

  async function untilDue(): Promise<void> {
    for (let wait = due - Date.now(); wait > 0; wait = due - Date.now())
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        stir = () => {
          clearTimeout(timer);
          resolve();
        };
      });
  }

  return {
    generation: () => generation,
    soon,
    ask(hash, done) {
      asked.push({ hash, done });
      soon(0);
    },
    sweep,
    tellLimits,
    async run() {
      void hashForever();
      for (;;) {
        await untilDue();
        const now = asked;
        asked = [];
        const started = Date.now();
        due = started + settings.reconcileMs;
        await reconcile();
        await to.drained();
        to.allCompared(started);
        tellLimits();
        if (now.some(({ hash }) => hash)) await hashAll(0);
        to.wake();
        for (const { done } of now) done();
      }
    },
  };
}
