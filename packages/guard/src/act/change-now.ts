import { realpathSync } from 'node:fs';
import { type FileChange, type FilePath, instant, type PathPolicy } from '@komainu/model';
import { differs } from '../disk/difference.ts';
import { observe } from '../disk/observe.ts';
import type { SealedEntries } from '../seal/entries.ts';

const MAX_READ = 16 << 20;

/** How a path differs from its seal at this moment; null where it does not, or cannot be read. */
export function changeNow(
  dir: string,
  path: FilePath,
  policy: PathPolicy,
  sealed: SealedEntries,
): { readonly change: FileChange; readonly bytes: Uint8Array | null } | null {
  const seen = observe(realpathSync(dir), path, { hash: true, keep: (_, size) => size <= MAX_READ });
  if (seen.kind === 'unreadable') return null;
  const before = sealed.get(path) ?? null;
  const after = seen.kind === 'seen' ? seen.state : null;
  const kind = differs(policy, before, after);
  if (kind === null) return null;
  return {
    change: {
      kind,
      path,
      from: null,
      policy,
      before,
      after,
      bodyBefore: null,
      bodyAfter: null,
      noticedAt: instant(),
    },
    bytes: seen.kind === 'seen' ? seen.bytes : null,
  };
}
