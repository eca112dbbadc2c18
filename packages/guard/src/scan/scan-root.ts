import { realpath } from 'node:fs/promises';
import {
  type Blobs,
  type FilePath,
  type FileState,
  type GuardianId,
  type GuardReport,
  instant,
} from '@komainu/model';
import { differs, type Found, type Gap, pairRenames } from '../disk/difference.ts';
import { observe } from '../disk/observe.ts';
import { compilePolicies, type Policies } from '../disk/policy.ts';
import { codeOf, GuardError } from '../error.ts';
import { makeReports } from '../reports.ts';
import { expiryOf } from '../seal/expiry.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { survey } from './survey.ts';

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
  const seen = await survey({
    dir,
    policies,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  const expired = expiryOf(seal);
  const gaps: Gap[] = [...(expired ? [expired] : []), ...seen.gaps];
  const unread = new Set(seen.gaps.map((gap) => gap.path));
  const found: Found[] = [];
  for (const path of new Set([...seal.entries.keys(), ...seen.states.keys()])) {
    // What lies in or is a place that could not be read is not "removed": it was not observed.
    if (isUnread(path, unread)) continue;
    const before = seal.entries.get(path) ?? null;
    const change = compare(dir, path, before, seen.states.get(path) ?? null, policies, maxBody, gaps);
    if (change) found.push(change);
  }
  const changes = pairRenames(found.sort((a, b) => (a.path < b.path ? -1 : 1)));
  const reporter = { guard, shop: seal.seal.shop, root: seal.seal.root, seal: seal.ref };
  return {
    reports: await makeReports(reporter, changes, gaps, blobs),
    paths: seen.states.size,
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
  surveyed: FileState | null,
  policies: Policies,
  maxBody: number,
  gaps: Gap[],
): Found | null {
  const policy = policies.of(path);
  const kind = differs(policy, before, surveyed);
  if (kind === null) return null;
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
