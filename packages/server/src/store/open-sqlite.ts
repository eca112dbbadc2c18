import { renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Kysely, sql } from 'kysely';
import { reasonOf } from '../error.ts';
import type { Log } from '../log.ts';
import { nodeSqlite } from './node-sqlite.ts';
import type { Queue } from './queue.ts';
import { createTables, SCHEMA_VERSION, type Tables } from './schema.ts';
import { sqlQueue } from './sql-queue.ts';
import { sqlStore } from './sql-store.ts';
import type { Store } from './store.ts';

export interface Stores {
  readonly store: Store;
  readonly queue: Queue;
}

/** The file is no database of ours, or not one any more. */
class UnusableDatabase extends Error {}

/**
 * Opens the embedded database, or makes it. One that is damaged or of another version is put aside under another
 * name and begun anew: it holds nothing the ledger does not. A disk that is full or a file that may not be read is
 * an error: a new database would not help.
 */
export async function openSqlite(file: string, log: Log): Promise<Stores> {
  try {
    return await open(file);
  } catch (error) {
    if (!unusable(error)) throw error;
    const aside = `${file}.aside-${Date.now()}`;
    log.warn(
      { file, aside, reason: reasonOf(error) },
      'the state database is unusable: put aside, rebuilt from the ledger',
    );
    renameSync(file, aside);
    // The write-ahead log belongs to the file put aside; beside a new one it would be replayed into it.
    for (const suffix of ['-wal', '-shm']) await rm(file + suffix, { force: true });
    return open(file);
  }
}

async function open(file: string): Promise<Stores> {
  const db = new Kysely<Tables>({ dialect: nodeSqlite(file) });
  try {
    const check = await sql<{ quick_check: string }>`PRAGMA quick_check(1)`.execute(db);
    const verdict = check.rows[0]?.quick_check ?? 'no answer';
    if (verdict !== 'ok') throw new UnusableDatabase(verdict);
    const version = await sql<{ user_version: number }>`PRAGMA user_version`.execute(db);
    const found = String(version.rows[0]?.user_version ?? 0);
    if (found !== '0' && found !== SCHEMA_VERSION) throw new UnusableDatabase(`it has version ${found}`);
    await createTables(db);
    await sql.raw(`PRAGMA user_version=${SCHEMA_VERSION}`).execute(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { store: sqlStore(db), queue: sqlQueue(db) };
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, in the low byte of SQLite's extended codes. */
const DAMAGE = new Set([11, 26]);

function unusable(error: unknown): boolean {
  if (error instanceof UnusableDatabase) return true;
  const code: unknown = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' && DAMAGE.has(code & 0xff);
}
