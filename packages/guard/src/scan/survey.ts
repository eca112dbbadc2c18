import { availableParallelism } from 'node:os';
import { setImmediate as breathe } from 'node:timers/promises';
import type { FilePath, FileState, PathPolicy } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { list } from '../disk/list.ts';
import { ROOT } from '../disk/names.ts';
import type { Policies } from '../disk/policy.ts';
import { openHashPool } from './hash-pool.ts';
import { ASK, type Batch, type Looked, lookedAt } from './observe-batch.ts';

export interface SurveyOptions {
  /** A real, absolute path. */
  readonly dir: string;
  readonly policies: Policies;
  /** Hashing threads; 0 hashes here. Default: one per core (at most 4), twice that when cold, none for a small root. */
  readonly workers?: number;
}

/** Everything under a root that its policies do not ignore. */
export interface Survey {
  readonly states: ReadonlyMap<FilePath, FileState>;
  readonly gaps: readonly Gap[];
}

const BATCH = 256;
/** Below this many paths the start of a thread costs more than it saves. */
const SMALL = 5_000;
const MOST_WORKERS = 4;
/** Batches that wait for a thread, at most. */
const AHEAD = 4;

export async function survey(options: SurveyOptions): Promise<Survey> {
  const states = new Map<FilePath, FileState>();
  const gaps = await lookAtAll(options, (path, looked) => states.set(path, looked.state()));
  return { states, gaps };
}

/**
 * Walks and hashes the whole root and hands over each path as it is looked at, in no order; returns what could not be
 * read. A file of a `churn` path is not hashed: nothing would ever be compared.
 */
export async function lookAtAll(
  { dir, policies, workers }: SurveyOptions,
  take: (path: FilePath, looked: Looked, policy: PathPolicy) => void,
): Promise<readonly Gap[]> {
  // By path: a directory that cannot be listed may also not be looked at.
  const gaps = new Map<FilePath, string>();
  const pending = new Set<Promise<void>>();
  let paths: FilePath[] = [ROOT];
  let ask: number[] = [ASK.hash];
  let pool: ReturnType<typeof openHashPool> | null = null;
  const cores = Math.min(availableParallelism(), MOST_WORKERS);

  async function look(hashing: ReturnType<typeof openHashPool>, batch: Batch): Promise<void> {
    const result = await hashing.run(batch);
    for (const [path, looked] of lookedAt(batch, result)) {
      if (typeof looked === 'string') gaps.set(path, looked);
      else if (looked) take(path, looked, policies.of(path));
    }
  }
  const send = () => {
    pool ??= openHashPool(workers ?? cores, workers ?? 2 * cores);
    for (let at = 0; at < paths.length; at += BATCH) {
      const batch = { dir, paths: paths.slice(at, at + BATCH), ask: ask.slice(at, at + BATCH) };
      const looking = look(pool, batch).finally(() => pending.delete(looking));
      pending.add(looking);
    }
    paths = [];
    ask = [];
  };

  try {
    const directories: FilePath[] = [ROOT];
    for (let done = 0; directories.length > 0; done++) {
      const directory = directories.pop() ?? ROOT;
      const listing = list(dir, directory);
      if (listing.kind === 'unreadable') gaps.set(directory, listing.detail);
      if (listing.kind === 'listed')
        for (const { path, directory: inner, file } of listing.names) {
          const policy = policies.of(path);
          if (inner && !policies.prunes(path)) directories.push(path);
          if (policy === 'ignored') continue;
          paths.push(path);
          ask.push(policy === 'churn' ? ASK.stat : file ? ASK.file : ASK.hash);
        }
      // A root that turns out to be small never reaches the size at which threads are started.
      if (paths.length >= (pool ? BATCH : SMALL)) send();
      // The walk is faster than the hashing; names that wait are memory.
      while (pending.size > AHEAD) await Promise.race(pending);
      if (done % 64 === 63) await breathe();
    }
    if (paths.length > 0 && pool === null && workers === undefined) pool = openHashPool(0);
    if (paths.length > 0) send();
    await Promise.all(pending);
    return [...gaps].map(([path, detail]) => ({ path, detail })).sort((a, b) => (a.path < b.path ? -1 : 1));
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
