import type { WatchedTable } from '@komainu/model';
import { type Cell, cellOf, type Database, type Row, textOf } from './connection.ts';

/** Where reading has come to: the values of the columns the rows are ordered by. */
export type Position = readonly Cell[];

interface ReadRow {
  readonly key: readonly Cell[];
  readonly position: Position;
  /** In the order of the table's columns: null is NULL; a number is the length of a value too long to be read. */
  readonly values: readonly (Cell | number | null)[];
}

export interface Page {
  readonly rows: readonly ReadRow[];
  readonly end: boolean;
}

/** Rows in a page; a page is all that is ever in memory of a table. */
const ROWS = 100;
/** Longer values are read one at a time, and beyond the second limit not at all. */
const SHORT = 64 * 1024;
const LONGEST = 16 << 20;

const orderOf = ({ key, since }: WatchedTable): readonly string[] =>
  since === undefined ? key : [since, ...key.filter((column) => column !== since)];

/** One page of the rows behind a position, in the order of `since` and the key. No lock outlives the statement. */
export async function readPage(
  db: Database,
  table: WatchedTable,
  after: Position | null,
  through: 'since' | 'key',
): Promise<Page> {
  const { dialect } = db;
  const ordered = through === 'since' ? orderOf(table) : table.key;
  const parameters: Cell[] = [];
  const bind = (cell: Cell) => dialect.parameter(parameters.push(cell) - 1, cell);
  const conditions = [
    ...(table.only
      ? [
          `${dialect.column(table.only.column)} IN (${table.only.values.map((value) => bind(cellOf(value))).join(', ')})`,
        ]
      : []),
    ...(after === null ? [] : [behind(ordered.map(dialect.column), after, bind)]),
  ];
  const parts = [
    ...[...table.key, ...ordered].map((column) => dialect.exact(dialect.column(column))),
    ...table.columns.map(dialect.column).flatMap((column) => [
      dialect.length(column),
      // What is long is not sent at all: a page must stay small whatever an attacker stored.
      `CASE WHEN ${dialect.length(column)} <= ${SHORT} THEN ${dialect.exact(column)} END`,
    ]),
  ];
  const found = await db.query(
    `SELECT ${parts.join(', ')} FROM ${dialect.table(table.table)}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${ordered.map(dialect.column).join(', ')} LIMIT ${ROWS + 1}`,
    parameters,
  );
  const rows: ReadRow[] = [];
  for (const row of found) {
    const read = await rowOf(db, table, ordered.length, row);
    const previous = rows.at(-1);
    if (previous && isSame(previous.key, read.key))
      throw new Error(`${table.key.join(', ')} does not tell two rows apart`);
    rows.push(read);
  }
  // One more than a page was asked for, only to see whether the next page begins with the same key.
  return { rows: rows.slice(0, ROWS), end: rows.length <= ROWS };
}

const isSame = (a: readonly Cell[], b: readonly Cell[]) =>
  a.every((cell, at) => cell.bytes.equals(b[at]?.bytes ?? Buffer.of()));

/** `(a, b) > (x, y)`, spelled out: as a tuple some planners would not use the index. */
function behind(columns: readonly string[], after: Position, bind: (cell: Cell) => string): string {
  const alternatives = columns.map((column, at) =>
    [
      ...columns.slice(0, at).map((earlier, n) => `${earlier} = ${bind(cellAt(after, n))}`),
      `${column} > ${bind(cellAt(after, at))}`,
    ].join(' AND '),
  );
  const [first = ''] = columns;
  return `${first} >= ${bind(cellAt(after, 0))} AND (${alternatives.map((one) => `(${one})`).join(' OR ')})`;
}

const cellAt = (cells: Position, at: number): Cell => cells[at] ?? cellOf('');

async function rowOf(db: Database, table: WatchedTable, ordered: number, row: Row): Promise<ReadRow> {
  const key = row.slice(0, table.key.length).map((cell) => cell ?? cellOf(''));
  const position = row.slice(key.length, key.length + ordered).map((cell) => cell ?? cellOf(''));
  const values: (Cell | number | null)[] = [];
  for (const [at, column] of table.columns.entries()) {
    const start = key.length + ordered + 2 * at;
    const length = row[start] ?? null;
    const size = Number(textOf(length));
    if (length === null) values.push(null);
    else if (size <= SHORT) values.push(row[start + 1] ?? null);
    else values.push(size <= LONGEST ? await readLong(db, table, key, column) : size);
  }
  return { key, position, values };
}

async function readLong(
  db: Database,
  table: WatchedTable,
  key: readonly Cell[],
  column: string,
): Promise<Cell | null> {
  const { dialect } = db;
  const where = table.key.map(
    (name, at) => `${dialect.column(name)} = ${dialect.parameter(at, cellAt(key, at))}`,
  );
  const [row] = await db.query(
    `SELECT ${dialect.exact(dialect.column(column))} FROM ${dialect.table(table.table)} WHERE ${where.join(' AND ')}`,
    key,
  );
  return row?.[0] ?? null;
}
