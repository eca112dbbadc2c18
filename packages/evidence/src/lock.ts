import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EvidenceError, reasonOf } from './errors.ts';

const SQLITE_BUSY = 5;

/**
 * One writer per directory, held by the kernel. A file with a process id in it can outlive its process and the id can
 * be given to another one; a POSIX record lock dies with its owner, whatever kills it. Node reaches such locks only
 * through its SQLite, so `lock` is an empty database on which a transaction stays open and nothing is ever written.
 */
export async function lockDirectory(dir: string): Promise<() => Promise<void>> {
  const owner = join(dir, 'lock.owner');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(dir, 'lock'), { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY))
      throw new EvidenceError('disk', `cannot lock the ledger in ${dir}: ${reasonOf(error)}`, {
        cause: error,
      });
    const who = await readFile(owner, 'utf8').catch(() => 'another process');
    throw new EvidenceError('ledger-locked', `the ledger in ${dir} is already being written by ${who}`, {
      cause: error,
      file: 'lock',
    });
  }
  // For the message above only; nothing is decided by it.
  await writeFile(owner, `process ${process.pid}`).catch(() => undefined);
  const held = database;
  let open = true;
  return async () => {
    if (open) held.close();
    open = false;
    return Promise.resolve();
  };
}
