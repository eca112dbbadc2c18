import {
  CheckId,
  BlobRef as BlobRefSchema,
  Heartbeat,
  Instant,
  type Json,
  PageId,
  ReportId,
  RootId,
  type ShopId,
  ShopId as ShopIdSchema,
  VerdictKind,
} from '@komainu/model';
import type { Kysely, Transaction } from 'kysely';
import { z } from 'zod';
import type { Tables } from './schema.ts';
import type { Batch, Cursor, Store, StoredCheck, StoredReport, StoredShop } from './store.ts';

const CursorShape: z.ZodType<Cursor> = z
  .strictObject({
    next: z.int().nonnegative(),
    origin: z.string(),
    last: z.string().nullable(),
    fold: z.string(),
  })
  .readonly();
// Rows are parsed, not cast: a store edited by hand must fail here, not as a wrong answer later.
const ReportRow: z.ZodType<StoredReport> = z.object({
  id: ReportId,
  shop: ShopIdSchema,
  root: RootId,
  body: BlobRefSchema,
  judgement: BlobRefSchema.nullable(),
});
const CheckRow: z.ZodType<StoredCheck> = z.object({
  id: CheckId,
  shop: ShopIdSchema,
  page: PageId,
  judgement: BlobRefSchema,
  verdict: VerdictKind,
  at: Instant,
});

/** The store over any database kysely speaks to; the tables exist. */
export function sqlStore(db: Kysely<Tables>): Store {
  return {
    async cursor() {
      const row = await db.selectFrom('meta').select('value').where('key', '=', 'cursor').executeTakeFirst();
      return row === undefined ? null : CursorShape.parse(JSON.parse(row.value));
    },
    async shops() {
      const rows = await db.selectFrom('shops').selectAll().execute();
      return new Map(
        rows.map((row): [ShopId, StoredShop] => [
          ShopIdSchema.parse(row.shop),
          {
            state: JSON.parse(row.state) as Json,
            config: BlobRefSchema.nullable().parse(row.config),
            since: Instant.nullable().parse(row.since),
          },
        ]),
      );
    },
    apply: (batch) => db.transaction().execute((tx) => writeBatch(tx, batch)),
    clear: () =>
      db.transaction().execute(async (tx) => {
        for (const table of ['meta', 'shops', 'reports', 'checks'] as const)
          await tx.deleteFrom(table).execute();
      }),
    async report(shop, id) {
      const query = db.selectFrom('reports').selectAll().where('shop', '=', shop).where('id', '=', id);
      return ReportRow.nullable().parse((await query.executeTakeFirst()) ?? null);
    },
    async unjudgedReports() {
      const rows = await db
        .selectFrom('reports')
        .selectAll()
        .where('judgement', 'is', null)
        .orderBy('id')
        .execute();
      return z.array(ReportRow).parse(rows);
    },
    async check(shop, id) {
      const query = db.selectFrom('checks').selectAll().where('shop', '=', shop).where('id', '=', id);
      return CheckRow.nullable().parse((await query.executeTakeFirst()) ?? null);
    },
    async heartbeats() {
      const rows = await db.selectFrom('heartbeats').selectAll().execute();
      return rows.map((row) => ({
        ...Heartbeat.parse(JSON.parse(row.beat)),
        seenAt: Instant.parse(row.seen_at),
      }));
    },
    async putHeartbeat({ seenAt, ...beat }) {
      const values = { seen_at: seenAt, beat: JSON.stringify(beat) };
      await db
        .insertInto('heartbeats')
        .values({ shop: beat.shop, guardian: beat.guardian, ...values })
        .onConflict((c) => c.columns(['shop', 'guardian']).doUpdateSet(values))
        .execute();
    },
    async putSession(hash, expiresAt) {
      await db.insertInto('sessions').values({ hash, expires_at: expiresAt }).execute();
    },
    async session(hash) {
      const query = db.selectFrom('sessions').select('expires_at').where('hash', '=', hash);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : { expiresAt: Instant.parse(row.expires_at) };
    },
    async deleteSession(hash) {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    },
    async deleteSessionsBefore(now) {
      await db.deleteFrom('sessions').where('expires_at', '<', now).execute();
    },
    close: () => db.destroy(),
  };
}

async function writeBatch(tx: Transaction<Tables>, batch: Batch): Promise<void> {
  for (const [shop, { state, config, since }] of batch.shops) {
    const values = { state: JSON.stringify(state), config, since };
    await tx
      .insertInto('shops')
      .values({ shop, ...values })
      .onConflict((c) => c.column('shop').doUpdateSet(values))
      .execute();
  }
  // An id that comes twice in one ledger keeps its first row: the first acknowledgement stands.
  for (const report of batch.reports)
    await tx
      .insertInto('reports')
      .values(report)
      .onConflict((c) => c.doNothing())
      .execute();
  for (const { id, judgement } of batch.judgedReports)
    await tx.updateTable('reports').set({ judgement }).where('id', '=', id).execute();
  for (const check of batch.checks)
    await tx
      .insertInto('checks')
      .values(check)
      .onConflict((c) => c.doNothing())
      .execute();
  const value = JSON.stringify(batch.cursor);
  await tx
    .insertInto('meta')
    .values({ key: 'cursor', value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
}
