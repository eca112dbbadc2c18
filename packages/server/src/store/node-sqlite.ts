import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SqliteDialect } from 'kysely';

/** The database waits in our only thread: for someone else's lock a moment must do, then the writing is tried again. */
const WAIT = 100;

/**
 * kysely's own SQLite dialect over `node:sqlite`. WAL lets readers read while one writes; `synchronous=FULL` makes a
 * commit survive the loss of power, not only of the process.
 */
export function nodeSqlite(file: string): SqliteDialect {
  const db = new DatabaseSync(file, { timeout: WAIT });
  try {
    db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;');
  } catch (error) {
    db.close();
    throw error;
  }
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return new SqliteDialect({
    database: {
      close: () => db.close(),
      prepare(sql) {
        const statement = db.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...values(parameters)),
          run: (parameters) => statement.run(...values(parameters)),
          iterate: (parameters) => statement.iterate(...values(parameters)),
        };
      },
    },
  });
}
