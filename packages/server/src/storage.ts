import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type FileBlobs, openFileBlobs, openKeys, openLedger, type Recovery } from '@komainu/evidence';
import { type Text, text } from '@komainu/model';
import { holdLedger, type LedgerHandle } from './journal/ledger-handle.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import type { Log } from './log.ts';
import { openSqlite } from './store/open-sqlite.ts';
import type { Queue } from './store/queue.ts';
import type { Store } from './store/store.ts';

/** Counts up when the fold of this package changes what it makes of the same entries. */
const FOLD = '3';

export interface Storage {
  readonly ledger: LedgerHandle;
  readonly blobs: FileBlobs;
  readonly store: Store;
  readonly queue: Queue;
  readonly journal: Journal;
  /** What opening the ledger found, for people; null when there is nothing to tell. */
  readonly recovery: Text | null;
  close(): Promise<void>;
}

/** Opens everything that lasts: keys, ledger, blobs, state. @throws EvidenceError, or the database's error */
export async function openStorage(dataDir: string, version: string, log: Log): Promise<Storage> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const keys = await openKeys({ dir: join(dataDir, 'keys'), name: await originOf(dataDir) });
  const open = () => openLedger({ dir: join(dataDir, 'ledger'), keys });
  const first = await open();
  const ledger = holdLedger(first, open);
  try {
    const blobs = await openFileBlobs({ dir: join(dataDir, 'blobs') });
    // The ledger is locked by now: nobody else has this database.
    const { store, queue } = await openSqlite(join(dataDir, 'state.db'), log);
    try {
      const journal = await openJournal({ ledger, store, blobs, fold: `${FOLD}/${version}`, log });
      const close = async () => {
        await journal.catchUp();
        await store.close();
        await ledger.close();
      };
      return { ledger, blobs, store, queue, journal, recovery: recoveryText(first.recovery), close };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** The ledger's name, chosen once; checkpoints carry it. */
async function originOf(dataDir: string): Promise<string> {
  const path = join(dataDir, 'origin');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const name = `komainu/${randomBytes(8).toString('hex')}`;
  await writeFile(path, `${name}\n`, { flush: true });
  return name;
}

function recoveryText(recovery: Recovery): Text | null {
  if (recovery.kind !== 'cut') return null;
  const { entries, bytes, size, movedTo } = recovery;
  return text(
    `The ledger ended in ${entries} entries (${bytes} bytes) that no checkpoint covers and that were never acknowledged. They were moved to ${movedTo}; the ${size} entries before them are whole.`,
    `台帳の末尾に、署名済みチェックポイントの対象外で受付前の記録が ${entries} 件（${bytes} バイト）ありました。${movedTo} に移しました。それより前の ${size} 件に問題はありません。`,
  );
}
