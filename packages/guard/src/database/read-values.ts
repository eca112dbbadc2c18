import type { DatabasePlan, FilePath, FileState, PathPolicy, WatchedTable } from '@komainu/model';
import { compilePolicies, type Policies } from '../disk/policy.ts';
import type { Gap } from '../disk/difference.ts';
import { GuardError, sayError } from '../error.ts';
import { type Database, textOf } from './connection.ts';
import { type Page, type Position, readPage } from './select.ts';
import { programPath, stateOfCell, valuePath } from './values.ts';

/** A value as it is now. */
export interface Value {
  readonly path: FilePath;
  readonly policy: PathPolicy;
  readonly state: FileState;
  readonly bytes: Buffer;
}

/** Takes what is read, as it is read. */
export interface Reading {
  value(value: Value): void | Promise<void>;
  /** Also for what was not read in a table: nothing of it may be called removed. */
  gap(gap: Gap): void;
}

/** The connection is gone: there is no use in asking for the next table. */
export class LostDatabase extends Error {}

/** How each sealed path is treated. Where a table is watched in two ways, a row that is gone is nobody's. */
export const policiesOf = ({ tables, policies }: DatabasePlan): Policies =>
  compilePolicies([
    ...policies,
    ...tables
      .filter(({ watch }) => watch !== 'sealed')
      .map(({ table }) => ({ glob: `${table}/**`, policy: 'no-exec' as const })),
  ]);

/** Everything the plan seals: tables whole, and the programs. @throws LostDatabase */
export async function readContent(db: Database, plan: DatabasePlan, into: Reading): Promise<void> {
  for (const table of plan.tables)
    if (table.watch !== 'visitor') await readTable(db, plan, table, into, WHOLE);
  await readPrograms(db, plan, into);
}

/** Triggers, procedures, events and views. @throws LostDatabase */
export async function readPrograms(db: Database, plan: DatabasePlan, into: Reading): Promise<void> {
  const policies = compilePolicies(plan.policies);
  await trying(db, '@programs', into, async () => {
    for (const program of await db.programs()) {
      const bytes = Buffer.from(program.definition);
      const path = programPath(program);
      if (policies.of(path) === 'ignored') continue;
      await into.value({
        path,
        policy: policies.of(path),
        state: stateOfCell({ type: 'text', bytes }),
        bytes,
      });
    }
  });
}

export interface Range {
  readonly from: Position | null;
  readonly through: 'since' | 'key';
  /** Rows, about: a page is never cut. */
  readonly most: number;
  readonly reached?: (position: Position, end: boolean) => void;
}

export const WHOLE: Range = { from: null, through: 'key', most: Infinity };

/** Rows of one table. @throws LostDatabase */
export async function readTable(
  db: Database,
  plan: DatabasePlan,
  table: WatchedTable,
  into: Reading,
  { from, through, most, reached }: Range,
): Promise<void> {
  const policies = compilePolicies([
    ...plan.policies,
    { glob: '**', policy: table.watch === 'sealed' ? 'sealed' : 'no-exec' },
  ]);
  await trying(db, table.table, into, async () => {
    const wrong = await checkTable(db, table);
    if (wrong !== null) return into.gap({ path: table.table, detail: wrong });
    let page: Page = { rows: [], end: false };
    for (let after = from, rows = 0; !page.end && rows < most; rows += page.rows.length) {
      page = await readPage(db, table, after, through);
      for (const { key, values } of page.rows)
        for (const [at, cell] of values.entries()) {
          const path = valuePath(table, key, table.columns[at] ?? '');
          const policy = policies.of(path);
          if (policy === 'ignored' || cell === null) continue;
          if (typeof cell === 'number')
            into.gap({ path, detail: `a value of ${cell} bytes is too long to be examined` });
          else await into.value({ path, policy, state: stateOfCell(cell), bytes: cell.bytes });
        }
      after = page.rows.at(-1)?.position ?? after;
      if (after !== null) reached?.(after, page.end);
    }
  });
}

/** Why a table cannot be watched as the plan says; null when it can. */
async function checkTable(db: Database, table: WatchedTable): Promise<string | null> {
  const shape = await db.shape(table.table);
  if (shape === null) return 'the table is not there, or the account may not read it';
  if (!shape.isTable) return 'it is a view, not a table: what it shows could come from anywhere';
  const wanted = [...table.key, ...table.columns, ...(table.since ? [table.since] : [])];
  const missing = wanted.filter((column) => !shape.columns.has(column));
  if (missing.length > 0) return `not there, or not to be read: ${missing.join(', ')}`;
  if (!shape.unique.some((unique) => unique.length > 0 && unique.every((name) => table.key.includes(name))))
    return `the database does not hold ${table.key.join(', ')} to be unique`;
  // Rows with NULL there are passed over by every comparison: a place to hide.
  const nullable = wanted.filter(
    (column) => !table.columns.includes(column) && shape.columns.get(column)?.nullable,
  );
  if (nullable.length === 0) return null;
  const { dialect } = db;
  const [count] = await db.query(
    `SELECT COUNT(*) FROM ${dialect.table(table.table)} WHERE ${nullable.map((column) => `${dialect.column(column)} IS NULL`).join(' OR ')}`,
  );
  const hidden = textOf(count?.[0]);
  return hidden === '0' ? null : `${hidden} rows have no ${nullable.join(' or ')} and cannot be examined`;
}

async function trying(db: Database, what: FilePath, into: Reading, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof GuardError) throw error;
    const detail = sayError(error).slice(0, 300);
    const alive = await db.query('SELECT 1').then(
      () => true,
      () => false,
    );
    if (!alive) throw new LostDatabase(detail, { cause: error });
    into.gap({ path: what, detail });
  }
}
