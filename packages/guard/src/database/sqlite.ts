import { accessSync, constants } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { text } from '@komainu/model';
import { type Cell, cellOf, type Database, type Row, STATEMENT_MS, textOf } from './connection.ts';

/** Opens a file of SQLite for reading only. @throws what node:sqlite says */
export async function openSqlite(file: string): Promise<Database> {
  const db = new DatabaseSync(file, { readOnly: true, timeout: STATEMENT_MS, allowExtension: false });
  // An attacker may have put functions into views and defaults: none of them runs for a reader's sake.
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON');
  const query = async (sql: string, parameters: readonly Cell[] = []): Promise<readonly Row[]> => {
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const rows = statement.all(...parameters.map(bound)) as unknown as unknown[][];
    return rows.map((row) => row.map(cell));
  };
  return {
    query,
    dialect: {
      table: quoted,
      column: quoted,
      // Its type's first letter in front of the bytes: what node:sqlite makes of broken UTF-8 is not what is stored.
      exact: (column) =>
        `CAST(substr(typeof(${column}), 1, 1) || CASE typeof(${column}) WHEN 'real' THEN printf('%!.17g', ${column}) ELSE CAST(${column} AS BLOB) END AS BLOB)`,
      length: (column) => `length(CAST(${column} AS BLOB))`,
      parameter: (at, { type }) => (type === 'text' ? `CAST(?${at + 1} AS TEXT)` : `?${at + 1}`),
    },
    async shape(table) {
      const [kind] = await query('SELECT type FROM sqlite_schema WHERE name = CAST(? AS TEXT)', [
        cellOf(table),
      ]);
      if (kind === undefined) return null;
      const columns = await query(
        `SELECT name, "notnull" OR (pk > 0 AND upper(type) = 'INTEGER'), pk FROM pragma_table_xinfo(CAST(? AS TEXT))`,
        [cellOf(table)],
      );
      const indexes = await query(
        `SELECT l.name, i.name FROM pragma_index_list(CAST(? AS TEXT)) l, pragma_index_info(l.name) i WHERE l."unique" AND NOT l.partial`,
        [cellOf(table)],
      );
      const primary = columns.filter((row) => textOf(row[2]) !== '0').map((row) => textOf(row[0]));
      const unique = Map.groupBy(indexes, (row) => textOf(row[0]));
      return {
        isTable: textOf(kind[0]) === 'table',
        columns: new Map(columns.map((row) => [textOf(row[0]), { nullable: textOf(row[1]) === '0' }])),
        unique: [primary, ...[...unique.values()].map((rows) => rows.map((row) => textOf(row[1])))],
      };
    },
    programs: async () =>
      (
        await query(
          `SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY type, name`,
        )
      ).map((row) => ({
        kind: textOf(row[0]) === 'view' ? 'view' : 'trigger',
        name: textOf(row[1]),
        definition: textOf(row[2]),
      })),
    async weaknesses() {
      try {
        accessSync(file, constants.W_OK);
      } catch {
        return [];
      }
      return [
        text(
          `The guard's user may write to ${file}. It opens the file for reading only; run it as a user that could not do otherwise.`,
          `番人のユーザーは ${file} に書き込めます。読み取り専用で開いていますが、書き込み権限のないユーザーで動かしてください。`,
        ),
      ];
    },
    close: async () => db.close(),
  };
}

const quoted = (name: string) => `"${name}"`;

function bound({ type, bytes }: Cell): SQLInputValue {
  if (type !== 'number') return bytes;
  const digits = bytes.toString();
  return /^-?\d{1,19}$/.test(digits) ? BigInt(digits) : Number(digits);
}

const TYPES: Readonly<Record<string, Cell['type']>> = { t: 'text', b: 'binary', i: 'number', r: 'number' };

/** Blobs come from `exact` only, with their type in front. */
function cell(value: unknown): Cell | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array)
    return {
      type: TYPES[String.fromCharCode(value[0] ?? 0)] ?? 'binary',
      bytes: Buffer.from(value.buffer, value.byteOffset + 1, value.byteLength - 1),
    };
  if (typeof value === 'string') return cellOf(value);
  return { type: 'number', bytes: Buffer.from((value as number | bigint).toString()) };
}
