import { randomUUID } from 'node:crypto';
import type { Json } from '@komainu/model';
import type { Kysely, Selectable } from 'kysely';
import type { Job, Queue, TakenJob } from './queue.ts';
import type { Tables } from './schema.ts';

/** The queue as a table. Taking is one statement that re-checks the lease, so that two workers cannot both win. */
export function sqlQueue(db: Kysely<Tables>): Queue {
  const held = (job: TakenJob) =>
    db.selectFrom('jobs').select('key').where('key', '=', job.key).where('lease', '=', job.lease);
  return {
    put: ({ key, dueAt, body }) =>
      db.transaction().execute(async (tx) => {
        const fresh = {
          key,
          due_at: dueAt,
          body: JSON.stringify(body),
          lease: null,
          lease_until: 0,
          attempt: 0,
        };
        await tx
          .insertInto('jobs')
          .values(fresh)
          .onConflict((c) => c.column('key').doNothing())
          .execute();
        await tx
          .updateTable('jobs')
          .set({ due_at: dueAt })
          .where('key', '=', key)
          .where('lease', 'is', null)
          .where('due_at', '>', dueAt)
          .execute();
        const row = await tx.selectFrom('jobs').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
        return { ...jobOf(row), taken: row.lease !== null };
      }),
    async take(now, leaseMs) {
      const free = await db
        .selectFrom('jobs')
        .selectAll()
        .where('due_at', '<=', now)
        .where((e) => e.or([e('lease', 'is', null), e('lease_until', '<', now)]))
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      if (free === undefined) return null;
      const lease = randomUUID();
      const attempt = free.attempt + 1;
      const won = await db
        .updateTable('jobs')
        .set({ lease, lease_until: now + leaseMs, attempt })
        .where('key', '=', free.key)
        .where((e) => (free.lease === null ? e('lease', 'is', null) : e('lease', '=', free.lease)))
        .executeTakeFirst();
      return won.numUpdatedRows === 0n ? null : { ...jobOf(free), lease, attempt };
    },
    async extend(job, now, leaseMs) {
      const update = db.updateTable('jobs').set({ lease_until: now + leaseMs });
      const result = await update.where('key', 'in', held(job)).executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async done(job) {
      const result = await db.deleteFrom('jobs').where('key', 'in', held(job)).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async nextDue() {
      const query = db
        .selectFrom('jobs')
        .select('due_at')
        .where('lease', 'is', null)
        .orderBy('due_at')
        .limit(1);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : Number(row.due_at);
    },
    async reclaim() {
      await db.updateTable('jobs').set({ lease: null, lease_until: 0 }).execute();
    },
  };
}

const jobOf = (row: Selectable<Tables['jobs']>): Job => ({
  key: row.key,
  dueAt: Number(row.due_at),
  body: JSON.parse(row.body) as Json,
});
