import { type FilePath, instant } from '@komainu/model';
import { differs, type Found } from '../disk/difference.ts';
import type { Policies } from '../disk/policy.ts';
import type { SealedEntries } from '../seal/entries.ts';
import { couldRun, withoutCards } from './sieve.ts';
import type { Value } from './read-values.ts';
import { PLAN_PATH } from './values.ts';

/** A sealed value against the seal; null where there is nothing to tell. */
export function compareSealed(sealed: SealedEntries, { path, policy, state, bytes }: Value): Found | null {
  const before = sealed.get(path) ?? null;
  const kind = differs(policy, before, state);
  if (kind === null || (policy === 'no-exec' && !couldRun(bytes.toString('utf8')))) return null;
  return { kind, path, from: null, policy, before, after: state, noticedAt: instant(), bytes: own(bytes) };
}

/** What a visitor typed: told only where it could run somewhere. */
export function compareVisitor({ path, state, bytes }: Value): Found | null {
  const text = bytes.toString('utf8');
  if (!couldRun(text)) return null;
  const kept = Buffer.from(withoutCards(text));
  const change = { kind: 'added', path, from: null, policy: 'visitor', before: null } as const;
  return { ...change, after: state, noticedAt: instant(), bytes: own(kept) };
}

/** Sealed values that are not there any more, outside of the tables that could not be read. */
export function* removed(
  sealed: SealedEntries,
  seen: ReadonlySet<FilePath>,
  unread: ReadonlySet<string>,
  policies: Policies,
): Generator<Found> {
  for (const path of sealed.keys()) {
    if (seen.has(path) || path === PLAN_PATH || isUnread(path, unread) || policies.of(path) !== 'sealed')
      continue;
    const before = sealed.get(path) ?? null;
    const change = { kind: 'removed', path, from: null, policy: 'sealed', before, after: null } as const;
    yield { ...change, noticedAt: instant(), bytes: null };
  }
}

/** `unread` holds tables, `@programs` for all programs, and single values. */
export const isUnread = (path: FilePath, unread: ReadonlySet<string>): boolean =>
  unread.has(path) || unread.has(path.startsWith('@') ? '@programs' : tableOf(path));

export const tableOf = (path: FilePath): string => path.slice(0, path.indexOf('/'));

/** Drivers hand out parts of larger buffers, which would stay in memory and cannot be passed on. */
const own = (bytes: Buffer): Uint8Array => Uint8Array.from(bytes);
