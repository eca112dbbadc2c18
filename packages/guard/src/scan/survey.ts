import { availableParallelism } from 'node:os';
import { setImmediate as breathe } from 'node:timers/promises';
import type { FilePath, FileState } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { list } from '../disk/list.ts';
import { ROOT } from '../disk/names.ts';
import type { Policies } from '../disk/policy.ts';
import { openHashPool } from './hash-pool.ts';
import type { BatchResult } from './observe-batch.ts';

/** Everything under a root that its policies do not ignore. */
export interface Survey {
  readonly states: ReadonlyMap<FilePath, FileState>;
  readonly gaps: readonly Gap[];
}

export interface SurveyOptions {
  /** A real, absolute path. */
  readonly dir: string;
  readonly policies: Policies;
  /** Hashing threads; 0 hashes here. Default: one per core (at most 4), none for a small root. */
  readonly workers?: number;
}

const BATCH = 256;
/** Below this many paths the start of a thread costs more than it saves. */
const SMALL = 5_000;

/** Walks and hashes the whole root. A file of a `churn` path is not hashed: nothing would ever be compared. */
export async function survey({ dir, policies, workers }: SurveyOptions): Promise<Survey> {
  // By path: a directory that cannot be listed may also not be looked at.
  const gaps = new Map<FilePath, string>();
  const states = new Map<FilePath, FileState>();
  const batches: Promise<void>[] = [];
  let paths: FilePath[] = [ROOT];
  let hash: boolean[] = [true];
  let pool: ReturnType<typeof openHashPool> | null = null;
  const size = workers ?? Math.min(availableParallelism(), 4);

  const take = (sent: readonly FilePath[], result: BatchResult) =>
    sent.forEach((path, at) => {
      const seen = result[at];
      if (typeof seen === 'string') gaps.set(path, seen);
      else if (seen) states.set(path, seen);
    });
  const send = () => {
    const hashing = (pool ??= openHashPool(size));
    for (let at = 0; at < paths.length; at += BATCH) {
      const batch = { dir, paths: paths.slice(at, at + BATCH), hash: hash.slice(at, at + BATCH) };
      batches.push(hashing.run(batch).then((result) => take(batch.paths, result)));
    }
    paths = [];
    hash = [];
  };

  try {
    const directories: FilePath[] = [ROOT];
    for (let done = 0; directories.length > 0; done++) {
      const directory = directories.pop() ?? ROOT;
      const listing = list(dir, directory);
      if (listing.kind === 'unreadable') gaps.set(directory, listing.detail);
      if (listing.kind === 'listed')
        for (const { path, directory: inner } of listing.names) {
          const policy = policies.of(path);
          if (inner && !policies.prunes(path)) directories.push(path);
          if (policy === 'ignored') continue;
          paths.push(path);
          hash.push(policy !== 'churn');
        }
      // A root that turns out to be small never reaches the size at which threads are started.
      if (paths.length >= (pool ? BATCH : SMALL)) send();
      if (done % 64 === 63) await breathe();
    }
    if (paths.length > 0 && pool === null && workers === undefined) pool = openHashPool(0);
    if (paths.length > 0) send();
    await Promise.all(batches);
    return {
      states,
      gaps: [...gaps].map(([path, detail]) => ({ path, detail })).sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
  } finally {
    await pool?.close();
  }
}

/** Runs `act` over all items, `width` at a time. */
export async function each<T>(
  items: readonly T[],
  width: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
