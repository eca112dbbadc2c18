import { realpath } from 'node:fs/promises';
import {
  type Blobs,
  type FilePath,
  type FileState,
  type GuardianId,
  type GuardReport,
  instant,
  type PathPolicy,
} from '@komainu/model';
import { differs, type Found, type Gap, pairRenames } from '../disk/difference.ts';
import { observe } from '../disk/observe.ts';
import { compilePolicies } from '../disk/policy.ts';
import { codeOf, GuardError } from '../error.ts';
import { makeReports } from '../reports.ts';
import { expiryOf } from '../seal/expiry.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import type { Looked } from './observe-batch.ts';
import { lookAtAll } from './survey.ts';

export interface ScanOptions {
  readonly seal: OpenSeal;
  /** Where the root is, absolute. */
  readonly dir: string;
  readonly guard: GuardianId;
  /** Gets the bytes of what changed; has the sealed bytes where they were stored. */
  readonly blobs: Blobs;
  /** Bytes of a changed file above this are not kept. Default 16 MiB. */
  readonly maxBody?: number;
  readonly workers?: number;
}

export interface Scan {
  /** At least one, each with at most 200 changes; a single one without changes and gaps: exactly as sealed. */
  readonly reports: readonly GuardReport[];
  /** Paths looked at, of all types. */
  readonly paths: number;
  readonly changes: number;
  readonly gaps: number;
}

export const MAX_BODY = 16 << 20;

/**
 * Compares every byte under the root with its seal, once. The seal's own policies count, not the configuration's.
 * @throws GuardError `root-missing`.
 */
export async function scanRoot(options: ScanOptions): Promise<Scan> {
  const { seal, guard, blobs, maxBody = MAX_BODY } = options;
  const dir = await realpath(options.dir).catch((error: unknown) => {
    throw new GuardError('root-missing', `cannot scan ${options.dir}: ${codeOf(error)}`, { cause: error });
  });
  const policies = compilePolicies(seal.seal.policies);
  const found: Found[] = [];
  const late: Gap[] = [];
  let paths = 0;
  const seen = new Uint8Array(seal.entries.size);
  const judge = (path: FilePath, looked: Looked | null, policy: PathPolicy) => {
    const change = compare(dir, path, seal.entries.get(path) ?? null, looked, policy, maxBody, late);
    if (change) found.push(change);
  };
  const unreadable = await lookAtAll(
    { dir, policies, ...(options.workers === undefined ? {} : { workers: options.workers }) },
    (path, looked, policy) => {
      paths += 1;
      const place = seal.entries.placeOf(path);
      if (place !== undefined) seen[place] = 1;
      judge(path, looked, policy);
    },
  );
  // What lies in or is a place that could not be read is not "removed": it was not observed.
  const unread = new Set(unreadable.map((gap) => gap.path));
  let place = 0;
  for (const path of seal.entries.keys())
    if (seen[place++] === 0 && !isUnread(path, unread)) judge(path, null, policies.of(path));
  const expired = expiryOf(seal);
  const gaps = [...(expired ? [expired] : []), ...unreadable, ...late];
  const changes = pairRenames(found.sort((a, b) => (a.path < b.path ? -1 : 1)));
  const reporter = { guard, shop: seal.seal.shop, root: seal.seal.root, seal: seal.ref };
  return {
    reports: await makeReports(reporter, changes, gaps, blobs),
    paths,
    changes: changes.length,
    gaps: gaps.length,
  };
}

function isUnread(path: FilePath, unread: ReadonlySet<FilePath | null>): boolean {
  if (unread.size === 0) return false;
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1))
    if (unread.has(path.slice(0, at))) return true;
  return unread.has('.') && path !== '.';
}

function compare(
  dir: string,
  path: FilePath,
  before: FileState | null,
  looked: Looked | null,
  policy: PathPolicy,
  maxBody: number,
  gaps: Gap[],
): Found | null {
  const kind = differs(policy, before, looked);
  if (kind === null) return null;
  const surveyed = looked?.state() ?? null;
  const change = { kind, path, from: null, policy, before, noticedAt: instant() };
  if (surveyed?.type !== 'file' || policy === 'churn' || surveyed.hash === before?.hash)
    return { ...change, after: surveyed, bytes: null };
  // Once more, for the bytes; what counts is what is there now.
  const seen = observe(dir, path, { hash: true, keep: (_, size) => size <= maxBody });
  if (seen.kind === 'unreadable') gaps.push({ path, detail: seen.detail });
  if (seen.kind !== 'seen') return { ...change, after: surveyed, bytes: null };
  const now = differs(policy, before, seen.state);
  return now === null ? null : { ...change, kind: now, after: seen.state, bytes: seen.bytes };
}
