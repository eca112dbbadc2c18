import type { DatabasePlan, FilePath } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { compareSealed, compareVisitor, isUnread, removed, tableOf } from './compare.ts';
import type { Database } from './connection.ts';
import type { Marks } from './marks.ts';
import { policiesOf, type Reading, readPrograms, readTable, type Value, WHOLE } from './read-values.ts';
import type { Telling } from './telling.ts';

interface LookOptions {
  readonly db: Database;
  readonly plan: DatabasePlan;
  readonly marks: Marks;
  readonly seal: OpenSeal;
  readonly telling: Telling;
  /** Everything that is sealed; else only what its table says is new, and the tables that cannot say so. */
  readonly whole: boolean;
}

/** What a look saw. */
export interface Seen {
  readonly values: number;
  /** After a whole look: a value that was told, is no part of the seal, and is not there any more. */
  readonly isGone: (path: FilePath) => boolean;
}

/** Rows of a table that is read for the first time, in one look: the others must not wait for it. */
const FIRST_ROWS = 20_000;

/** Looks at the database once. @throws LostDatabase; what telling throws */
export async function look({ db, plan, marks, seal, telling, whole }: LookOptions): Promise<Seen> {
  const unread = new Set<string>();
  const seen = new Set<FilePath>();
  let values = 0;
  const gap = (one: Gap) => {
    if (one.path !== null) unread.add(one.path);
    telling.gap(one);
  };
  const content: Reading = {
    async value(value) {
      values += 1;
      if (whole) seen.add(value.path);
      const found = compareSealed(seal.entries, value);
      if (found) await telling.found(found, 'content');
      else telling.asSealed(value.path);
    },
    gap,
  };
  const visitor: Reading = {
    async value(value: Value) {
      values += 1;
      const found = compareVisitor(value);
      if (found) await telling.found(found, 'visitor');
    },
    gap,
  };
  for (const table of plan.tables) {
    const into = table.watch === 'visitor' ? visitor : content;
    if (table.watch !== 'visitor' && (whole || table.since === undefined))
      await readTable(db, plan, table, into, WHOLE);
    else
      await readTable(db, plan, table, into, {
        from: marks.start(table),
        through: 'since',
        most: marks.isAtEnd(table) ? Infinity : FIRST_ROWS,
        reached: (position, end) => marks.reached(table, position, end),
      });
  }
  await readPrograms(db, plan, content);
  if (whole)
    for (const one of removed(seal.entries, seen, unread, policiesOf(plan)))
      await telling.found(one, 'content');
  const visitors = new Set(plan.tables.filter(({ watch }) => watch === 'visitor').map(({ table }) => table));
  const isGone = (path: FilePath) =>
    !seen.has(path) && !seal.entries.has(path) && !isUnread(path, unread) && !visitors.has(tableOf(path));
  return { values, isGone };
}
