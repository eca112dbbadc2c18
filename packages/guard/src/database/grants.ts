import type { DatabaseConfig, DatabasePlan, WatchedTable } from '@komainu/model';
import { PROGRAMS_PROCEDURE, programsProcedure } from './mysql-rights.ts';

/** The statements that make an account which may read the watched columns and nothing else; for the shop's own administrator. */
export function grantStatements(config: DatabaseConfig, { tables }: DatabasePlan): readonly string[] {
  switch (config.kind) {
    case 'sqlite':
      return [`-- SQLite has no accounts: let the guard's user read ${config.file}, and not write to it.`];
    case 'mysql': {
      const account = `'${quote(config.user)}'@'${config.socket === undefined && config.host !== '127.0.0.1' ? '%' : 'localhost'}'`;
      const own = `\`${config.database.replaceAll('`', '``')}\``;
      return [
        `CREATE USER ${account} IDENTIFIED BY '…';`,
        ...columnsOf(tables).map(
          ([table, columns]) =>
            `GRANT SELECT (${columns.map((column) => `\`${column}\``).join(', ')}) ON ${own}.\`${table}\` TO ${account};`,
        ),
        `USE ${own};`,
        `${programsProcedure(config.database)};`,
        `GRANT EXECUTE ON PROCEDURE ${own}.\`${PROGRAMS_PROCEDURE}\` TO ${account};`,
      ];
    }
    case 'postgres': {
      const account = `"${config.user.replaceAll('"', '""')}"`;
      return [
        `CREATE ROLE ${account} LOGIN PASSWORD '…';`,
        `ALTER ROLE ${account} SET default_transaction_read_only = on;`,
        `GRANT USAGE ON SCHEMA "${config.schema}" TO ${account};`,
        ...columnsOf(tables).map(
          ([table, columns]) =>
            `GRANT SELECT (${columns.map((column) => `"${column}"`).join(', ')}) ON "${config.schema}"."${table}" TO ${account};`,
        ),
      ];
    }
  }
}

const quote = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "''");

function columnsOf(tables: readonly WatchedTable[]): readonly (readonly [string, readonly string[]])[] {
  const columns = new Map<string, Set<string>>();
  for (const { table, key, columns: watched, since, only } of tables) {
    const all = columns.get(table) ?? new Set();
    for (const column of [...key, ...watched, since, only?.column]) if (column !== undefined) all.add(column);
    columns.set(table, all);
  }
  return [...columns].map(([table, names]) => [table, [...names]]);
}
