import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** Brand and last four digits are all that is ever written of a card. */
const schema = `
  CREATE TABLE IF NOT EXISTS tokens(
    id TEXT PRIMARY KEY, brand TEXT NOT NULL, last4 TEXT NOT NULL, exp_month INTEGER NOT NULL,
    exp_year INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE IF NOT EXISTS charges(
    id TEXT PRIMARY KEY, status TEXT NOT NULL, amount INTEGER NOT NULL, refunded INTEGER NOT NULL DEFAULT 0,
    brand TEXT NOT NULL, last4 TEXT NOT NULL, metadata TEXT NOT NULL, return_url TEXT NOT NULL,
    challenge TEXT, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS refunds(
    id TEXT PRIMARY KEY, charge TEXT NOT NULL, amount INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS idempotency(
    key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS notices(
    case_id TEXT PRIMARY KEY, body TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS deliveries(
    id TEXT PRIMARY KEY, case_id TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL, delivered_at INTEGER, last_result TEXT NOT NULL DEFAULT '') STRICT;
  CREATE TABLE IF NOT EXISTS settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

export type Row = Readonly<Record<string, string | number | null>>;

export type Store = {
  readonly run: (sql: string, ...values: readonly SQLInputValue[]) => number;
  readonly get: (sql: string, ...values: readonly SQLInputValue[]) => Row | undefined;
  readonly all: (sql: string, ...values: readonly SQLInputValue[]) => readonly Row[];
  readonly close: () => void;
};

export function openStore(file: string): Store {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000;');
  database.exec(schema);
  return {
    run: (sql, ...values) => Number(database.prepare(sql).run(...values).changes),
    get: (sql, ...values) => database.prepare(sql).get(...values) as Row | undefined,
    all: (sql, ...values) => database.prepare(sql).all(...values) as unknown as readonly Row[],
    close: () => database.close(),
  };
}

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;
export const unixNow = (): number => Math.floor(Date.now() / 1000);
