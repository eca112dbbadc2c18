import type { ColumnType, Kysely } from 'kysely';

/** Text, integers and JSON in text: what SQLite and PostgreSQL agree on. Instants sort as text. */
export interface Tables {
  meta: { key: string; value: string };
  shops: { shop: string; state: string; config: string | null; since: string | null };
  reports: { id: string; shop: string; root: string; body: string; judgement: string | null };
  checks: { id: string; shop: string; page: string; judgement: string; verdict: string; at: string };
  heartbeats: { shop: string; guardian: string; seen_at: string; beat: string };
  sessions: { hash: string; expires_at: string };
  jobs: {
    key: string;
    // PostgreSQL hands a bigint over as text.
    due_at: ColumnType<number | string, number, number>;
    body: string;
    lease: string | null;
    lease_until: number;
    attempt: number;
  };
}

/** Counts up with every change below. The tables hold nothing the ledger does not: a new version starts anew. */
export const SCHEMA_VERSION = '1';

export async function createTables(db: Kysely<Tables>): Promise<void> {
  const { schema } = db;
  const table = (name: keyof Tables) => schema.createTable(name).ifNotExists();
  await table('meta')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
  await table('shops')
    .addColumn('shop', 'text', (c) => c.primaryKey())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('config', 'text')
    .addColumn('since', 'text')
    .execute();
  await table('reports')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('shop', 'text', (c) => c.notNull())
    .addColumn('root', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('judgement', 'text')
    .addPrimaryKeyConstraint('reports_key', ['shop', 'id'])
    .execute();
  await table('checks')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('shop', 'text', (c) => c.notNull())
    .addColumn('page', 'text', (c) => c.notNull())
    .addColumn('judgement', 'text', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addColumn('at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('checks_key', ['shop', 'id'])
    .execute();
  await table('heartbeats')
    .addColumn('shop', 'text', (c) => c.notNull())
    .addColumn('guardian', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'text', (c) => c.notNull())
    .addColumn('beat', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('heartbeats_key', ['shop', 'guardian'])
    .execute();
  await table('sessions')
    .addColumn('hash', 'text', (c) => c.primaryKey())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute();
  await table('jobs')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('lease', 'text')
    .addColumn('lease_until', 'bigint', (c) => c.notNull())
    .addColumn('attempt', 'integer', (c) => c.notNull())
    .execute();
  await schema
    .createIndex('reports_unjudged')
    .ifNotExists()
    .on('reports')
    .columns(['judgement', 'id'])
    .execute();
  await schema.createIndex('jobs_due').ifNotExists().on('jobs').column('due_at').execute();
}
