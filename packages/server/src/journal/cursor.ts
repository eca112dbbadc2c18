import { createHash } from 'node:crypto';
import { reasonOf } from '../error.ts';
import type { Cursor, Store } from '../store/store.ts';
import type { LedgerHandle } from './ledger-handle.ts';

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The reason to fold everything anew, or null when the store is a prefix of this very ledger. */
export async function whyRebuild(store: Store, ledger: LedgerHandle, fold: string): Promise<string | null> {
  let cursor: Cursor | null;
  try {
    cursor = await store.cursor();
    await store.shops();
  } catch (error) {
    return `the state cannot be read: ${reasonOf(error)}`;
  }
  if (cursor === null) return ledger.size() === 0 ? null : 'there is no state yet';
  if (cursor.origin !== ledger.origin) return 'the state is that of another ledger';
  if (cursor.fold !== fold) return 'the state was made by another version';
  if (cursor.next > ledger.size()) return 'the state is ahead of the ledger';
  if (cursor.next === 0) return null;
  const hash = hashOf(await ledger.entry(cursor.next - 1));
  return hash === cursor.last ? null : 'the state is that of another ledger';
}
