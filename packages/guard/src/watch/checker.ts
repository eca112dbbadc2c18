import { type BigIntStats, lstatSync } from 'node:fs';
import type { FilePath } from '@komainu/model';
import { nameOf, ROOT, systemPath } from '../disk/names.ts';
import { type Ask, observe, observeGently } from '../disk/observe.ts';
import type { Policies } from '../disk/policy.ts';
import { identityOf, signatureOf } from '../disk/state.ts';
import { codeOf, sayError } from '../error.ts';
import type { SealedEntries } from '../seal/entries.ts';
import type { Judge } from './judge.ts';
import type { VerifierSettings, WatchProblemCode } from './messages.ts';
import { findRoot, type RootPlace } from './root-place.ts';
import type { Watches } from './watches.ts';

/** Bigger files are hashed in pieces, between other work. */
const BIG = 4n << 20n;
/** Verified this soon after its last change, a file's stat may not tell of the next one. */
const TICK_MS = 2_000;
const GRACE_MS = 2_000;
/** The temporary name of a restore, see restore/in-place.ts. */
const RESTORING = /^\.komainu-[0-9a-f]{24}$/;

export interface Checker {
  /** Looks at one path as it is now. `event`: something happened to it; `force`: read it whatever its stat says. */
  check(path: FilePath, force: boolean, event: boolean): void;
  /** Finds the root again; false while there is none. */
  checkRoot(): boolean;
  real(): string | null;
  isLost(): boolean;
  /** Big files being read. */
  busy(): number;
}

interface Parts {
  readonly settings: VerifierSettings;
  readonly policies: Policies;
  readonly sealed: SealedEntries;
  readonly judge: Judge;
  readonly watches: Watches;
  readonly now: (path: FilePath) => void;
  readonly moved: (place: RootPlace) => void;
  readonly listAgain: () => void;
  readonly generation: () => number;
  readonly problem: (code: WatchProblemCode, detail: string) => void;
}

export function makeChecker({ settings, policies, sealed, judge, watches, ...to }: Parts): Checker {
  const { dir, maxBody, maxHash } = settings;
  let place: RootPlace | null = null;
  let lost = false;
  const inHand = new Set<FilePath>();
  const again = new Set<FilePath>();
  const grace = new Map<FilePath, number>();
  let big = Promise.resolve();

  /** Where is the root now? A deploy moves it; an attacker, or a disk, takes it away. */
  function checkRoot(): boolean {
    const found = findRoot(dir);
    const stat = found && statOf(found.real, ROOT);
    if (!found || stat === null || typeof stat === 'string' || !stat.isDirectory()) {
      if (!lost) to.problem('root-gone', `${dir} is not there, or is no directory`);
      lost = true;
      watches.reset();
      judge.judge(ROOT, 'sealed', { kind: 'gone' }, to.generation());
      return false;
    }
    if (lost) to.problem('root-back', `${dir} is there again`);
    if (lost || found.real !== place?.real) {
      lost = false;
      place = found;
      watches.reset();
      judge.live.clear();
      to.moved(found);
    }
    const identity = identityOf(stat);
    if (watches.directories.get(ROOT) !== identity) watches.explore(ROOT, identity);
    return true;
  }

  function check(path: FilePath, force: boolean, event: boolean): void {
    if (path === ROOT && !checkRoot()) return;
    if (!place || lost) return;
    const stat = statOf(place.real, path);
    const directory = stat !== null && typeof stat === 'object' && stat.isDirectory();
    if (path !== ROOT) follow(path, directory ? identityOf(stat) : null, event);
    const policy = policies.of(path);
    if (policy === 'ignored') return;
    if (typeof stat === 'string')
      return judge.judge(path, policy, { kind: 'unreadable', detail: stat, stat: null }, to.generation());
    if (stat === null) return checkGone(path);

    const was = judge.live.get(path);
    if (was) was.seen = to.generation();
    const unchanged = was?.signature === signatureOf(stat);
    if (unchanged && !force && !(event && was && was.at - was.ctimeMs < TICK_MS)) return;
    if (
      isOwnTemporary(path, () => Number(stat.uid) === process.getuid?.() && (stat.mode & 0o7777n) === 0o600n)
    )
      return;
    const expected = sealed.get(path);
    const ask: Ask = {
      hash: policy !== 'churn',
      keep: (hash, size) => hash !== expected?.hash && size <= maxBody,
      maxHash,
      ...(expected ? { expected: expected.size } : {}),
    };
    if (ask.hash && stat.isFile() && stat.size > BIG) return readGently(path, ask);
    const seen = observe(place.real, path, ask);
    if (seen.kind === 'seen' && isOwnTemporary(path, () => isSealedHash(seen.state.hash))) return;
    judge.judge(path, policy, seen, to.generation());
  }

  /** Keeps the watches true to the directories. */
  function follow(path: FilePath, identity: string | null, event: boolean): void {
    if (identity === null) {
      if (!watches.directories.has(path)) return;
      watches.drop(path);
      to.listAgain();
      // After an event always: a directory removed and made anew may even have the same inode number.
    } else if ((event || watches.directories.get(path) !== identity) && !policies.prunes(path))
      watches.explore(path, identity);
  }

  function checkGone(path: FilePath): void {
    grace.delete(path);
    // With the root itself gone that is told once, and not the removal of every file in it.
    if (place && statOf(place.real, ROOT) === null) return void checkRoot();
    if (!judge.isHidden(path)) judge.judge(path, policies.of(path), { kind: 'gone' }, to.generation());
  }

  function readGently(path: FilePath, ask: Ask): void {
    if (inHand.has(path)) return void again.add(path);
    inHand.add(path);
    big = readAfter(big, path, ask);
  }

  async function readAfter(previous: Promise<void>, path: FilePath, ask: Ask): Promise<void> {
    await previous;
    const from = place;
    const seen = from && (await observeGently(from.real, path, ask));
    inHand.delete(path);
    const stale = again.delete(path) || from !== place;
    if (seen && from === place && !lost) judge.judge(path, policies.of(path), seen, to.generation());
    // In any case a turn of the pump, so that what was found is told.
    to.now(stale ? path : ROOT);
  }

  /**
   * A restore's own temporary file is looked at a moment later: while it is written nobody but the guard's user can
   * read it, and once it has its owner and mode it holds sealed bytes. So the name is no disguise, and a little later
   * such a file is told like any other.
   */
  function isOwnTemporary(path: FilePath, isIt: () => boolean): boolean {
    if (!RESTORING.test(nameOf(path)) || !isIt()) return false;
    const since = grace.get(path) ?? Date.now();
    // Noted until it is gone: a grace that ended must not begin anew, here or at the next look.
    if (Date.now() - since >= GRACE_MS) return false;
    if (!grace.has(path)) setTimeout(() => to.now(path), GRACE_MS + 1);
    grace.set(path, since);
    return true;
  }

  let hashes: ReadonlySet<string | null> | undefined;
  const isSealedHash = (hash: string | null) =>
    (hashes ??= new Set([...sealed.values()].map((state) => state.hash))).has(hash);

  return {
    check,
    checkRoot,
    real: () => (lost ? null : (place?.real ?? null)),
    isLost: () => lost,
    busy: () => inHand.size,
  };
}

/** The stat, null where nothing is there, or why it cannot be had. */
export function statOf(real: string, path: FilePath): BigIntStats | null | string {
  try {
    return lstatSync(systemPath(real, path), { bigint: true });
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : sayError(error);
  }
}
