import type { BigIntStats } from 'node:fs';
import type { FilePath, FileWriter, Instant, PathPolicy } from '@komainu/model';
import { differs, digestOfState, type Found } from '../disk/difference.ts';
import type { Observation } from '../disk/observe.ts';
import { parentOf, ROOT } from '../disk/names.ts';
import { sameButCtime, signatureOf } from '../disk/state.ts';
import type { Policies } from '../disk/policy.ts';
import type { SealedEntries } from '../seal/entries.ts';
import type { Outbox } from './outbox.ts';

/** What the guard last verified at a path. */
export interface Live {
  signature: string;
  links: number;
  ctimeMs: number;
  /** When it was verified, in ms since 1970. */
  at: number;
  /** Which reconcile saw it last. */
  seen: number;
}

/** Knows what is sealed, what was last seen and what was told; turns observations into what is new. */
export interface Judge {
  readonly live: Map<FilePath, Live>;
  /** Differences told and still there, each with the digest of the state that was told. */
  readonly told: ReadonlyMap<FilePath, string>;
  /** Does anything differ that a seal speaks of? Uploads come and go, and each is told for itself. */
  differs(): boolean;
  readonly gaps: Map<FilePath, string>;
  judge(path: FilePath, policy: PathPolicy, seen: Observation, generation: number): void;
  /** Whom the kernel names for what the next look at the path will show. */
  writtenBy(path: FilePath, who: FileWriter): void;
  /** A directory's names could not be read (why), or could (null). */
  listed(directory: FilePath, why: string | null): void;
  /**
   * A gap lies above the path: nothing can be said of it. One at the path itself hides nothing: what could not be read
   * and is not there any more is gone, or whoever makes a gap first could remove what he likes.
   */
  isHidden(path: FilePath): boolean;
  forget(path: FilePath): void;
}

/** How long after a file is as sealed again further touches of it belong to that (cp, then utimes and chmod). */
const AFTERMATH_MS = 2_000;
const MOST_WRITERS = 1_000;

export function makeJudge(
  sealed: SealedEntries,
  policies: Policies,
  known: Iterable<readonly [FilePath, string]>,
  outbox: Outbox,
  onTouch: () => void,
): Judge {
  const live = new Map<FilePath, Live>();
  const told = new Map<FilePath, string>(known);
  const gaps = new Map<FilePath, string>();
  const isUpload = (path: FilePath) => policies.of(path) === 'no-exec' && !sealed.has(path);
  /** Of `told`. */
  const uploads = new Set([...told.keys()].filter(isUpload));
  const settledAt = new Map<FilePath, number>();
  const writers = new Map<FilePath, FileWriter>();

  const tellGap = (path: FilePath, detail: string, key = path) => {
    if (gaps.get(key) === detail) return;
    gaps.set(key, detail);
    outbox.gap({ path, detail });
  };

  /** A sealed file was touched and is as sealed: say so, for what it held in between was not seen. */
  const isTouch = (path: FilePath, was: Live, now: BigIntStats): boolean => {
    // A backup that makes hard links changes ctime and the count of links, nothing else.
    const linked = was.links !== Number(now.nlink) && sameButCtime(was.signature, signatureOf(now));
    if (linked) return false;
    return Date.now() - (settledAt.get(path) ?? 0) >= AFTERMATH_MS;
  };

  return {
    live,
    told,
    gaps,
    differs: () => told.size > uploads.size || gaps.size > 0,
    judge(path, policy, seen, generation) {
      if (seen.kind === 'unreadable') {
        live.delete(path);
        return tellGap(path, seen.detail);
      }
      const before = sealed.get(path) ?? null;
      const after = seen.kind === 'seen' ? seen.state : null;
      const tooBig = after?.type === 'file' && after.hash === null && policy !== 'churn';
      if (tooBig) tellGap(path, `too big to hash: ${after.size} bytes`);
      else gaps.delete(path);

      const previous = told.get(path);
      const tell = (kind: Found['kind']) => {
        const noticedAt = new Date().toISOString() as Instant;
        const bytes = seen.kind === 'seen' ? seen.bytes : null;
        const who = writers.get(path);
        outbox.add({
          kind,
          path,
          from: null,
          policy,
          before,
          after,
          noticedAt,
          bytes,
          ...(who ? { who } : {}),
        });
      };
      const kind = differs(policy, before, after);
      if (kind !== null) {
        const digest = digestOfState(after);
        if (digest !== previous) tell(kind);
        told.set(path, digest);
        if (isUpload(path)) uploads.add(path);
      } else if (previous !== undefined) {
        told.delete(path);
        outbox.settle(path);
        remember(settledAt, path);
        // "As sealed" says nothing of it, so its end is told for itself.
        if (uploads.delete(path)) tell('removed');
      } else if (seen.kind === 'seen' && policy === 'sealed' && before?.type === 'file') {
        const was = live.get(path);
        if (was && was.signature !== signatureOf(seen.stat) && isTouch(path, was, seen.stat)) {
          tell('metadata');
          onTouch();
        }
      }
      if (seen.kind === 'seen') live.set(path, liveOf(seen.stat, generation));
      else live.delete(path);
      writers.delete(path);
    },
    writtenBy(path, who) {
      writers.delete(path);
      writers.set(path, who);
      // Of paths that were looked at without being judged.
      const [oldest] = writers.keys();
      if (writers.size > MOST_WRITERS && oldest !== undefined) writers.delete(oldest);
    },
    isHidden(path) {
      if (gaps.size === 0) return false;
      for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) if (gaps.has(`${at}/`)) return true;
      return gaps.has(`${ROOT}/`);
    },
    listed(directory, why) {
      // Under a key of its own: a directory may be looked at and yet not be listed.
      if (why !== null) tellGap(directory, why, `${directory}/`);
      else gaps.delete(`${directory}/`);
    },
    forget(path) {
      told.delete(path);
      uploads.delete(path);
      live.delete(path);
      gaps.delete(path);
      gaps.delete(`${path}/`);
    },
  };
}

const liveOf = (stat: BigIntStats, seen: number): Live => ({
  signature: signatureOf(stat),
  links: Number(stat.nlink),
  ctimeMs: Number(stat.ctimeMs),
  at: Date.now(),
  seen,
});

function remember(times: Map<FilePath, number>, path: FilePath): void {
  times.delete(path);
  times.set(path, Date.now());
  for (const oldest of times.keys()) {
    if (times.size <= 1_000) return;
    times.delete(oldest);
  }
}

/**
 * Could the file have changed after it was verified without its stat showing it? A file verified within the same
 * clock tick as its ctime (coarse ticks on older kernels: 2 s to be safe), or mapped into memory and written after
 * the page was first dirtied (the kernel writes back, and stamps, within about 60 s): verified once more later.
 */
export const isRacy = ({ at, ctimeMs }: Live, now: number): boolean =>
  [2_000, 60_000].some((age) => at - ctimeMs < age && now - ctimeMs >= age);
