import { type DatabaseConfig, text } from '@komainu/model';
import type { FieldPacket } from 'mysql2';
import { type Cell, type Database, type Program, type Row, STATEMENT_MS, textOf } from './connection.ts';
import { loadDriver } from './driver.ts';
import { canWrite, PROGRAMS_PROCEDURE } from './mysql-rights.ts';

type Config = Extract<DatabaseConfig, { kind: 'mysql' }>;

/** Opens MySQL or MariaDB. @throws GuardError `config` without the driver; the driver's own errors */
export async function openMysql(config: Config, password: string | undefined): Promise<Database> {
  const { createConnection } = await loadDriver('mysql2', () => import('mysql2/promise'));
  const connection = await createConnection({
    ...(config.socket === undefined
      ? { host: config.host, port: config.port ?? 3306 }
      : { socketPath: config.socket }),
    user: config.user,
    ...(password === undefined ? {} : { password }),
    database: config.database,
    ...(config.tls ? { ssl: { rejectUnauthorized: true } } : {}),
    connectTimeout: STATEMENT_MS,
    charset: 'utf8mb4',
    // A server must not be able to ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
  });
  // Broken while idle: the next query says so.
  connection.on('error', () => undefined);

  const query = async (sql: string): Promise<readonly Row[]> => {
    const [rows, fields] = await connection.query<never[]>({
      sql,
      rowsAsArray: true,
      timeout: STATEMENT_MS,
      typeCast: (field) => field.buffer(),
    });
    // A procedure answers with a list of results; the first holds its rows.
    const nested = Array.isArray((fields as typeof fields | undefined)?.[0]);
    const types = ((nested ? fields[0] : fields) ?? []) as unknown as readonly FieldPacket[];
    // A statement that only sets something answers with neither rows nor fields.
    if (!Array.isArray(rows)) return [];
    const values = (nested ? rows[0] : rows) as unknown as readonly (readonly (Buffer | null)[])[];
    return values.map((row) =>
      row.map((bytes, at) => (bytes === null ? null : { type: typeOf(types[at]), bytes })),
    );
  };
  try {
    // One text for one moment, whatever the server's zone.
    await query("SET SESSION time_zone = '+00:00'");
    await query('SET SESSION TRANSACTION READ ONLY');
    await query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    await limitStatements(query);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  const seen = async (sql: string) => (await query(sql)).map((row) => row.map(textOf));
  return {
    query: async (sql) => query(sql),
    dialect: {
      table: quoted,
      column: quoted,
      exact: (column) => column,
      length: (column) => `OCTET_LENGTH(${column})`,
      parameter: (_, cell) => literal(cell),
    },
    async shape(table) {
      const name = string(table);
      const [kind] = await seen(
        `SELECT TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name}`,
      );
      if (kind === undefined) return null;
      const columns = await seen(
        `SELECT COLUMN_NAME, IS_NULLABLE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name}`,
      );
      const indexes = await seen(
        `SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${name} AND NON_UNIQUE = 0 AND SUB_PART IS NULL`,
      );
      return {
        isTable: kind[0] === 'BASE TABLE',
        columns: new Map(
          columns.map(([column = '', nullable]) => [column, { nullable: nullable === 'YES' }]),
        ),
        unique: [...Map.groupBy(indexes, (row) => row[0]).values()].map((rows) =>
          rows.map((row) => row[1] ?? ''),
        ),
      };
    },
    async programs() {
      const rows = await seen(`CALL ${quoted(PROGRAMS_PROCEDURE)}()`);
      return rows.map(
        ([kind = '', name = '', definition = '']): Program => ({
          kind: kind.toLowerCase() as Program['kind'],
          name,
          definition,
        }),
      );
    },
    async weaknesses() {
      const grants = (await seen('SHOW GRANTS')).map(([grant = '']) => grant);
      const writing = grants.filter(canWrite);
      return writing.length === 0
        ? []
        : [
            text(
              `The account ${config.user} could write to the database (${writing.length} grants). Give the guard one that can only read: komainu database grants.`,
              `アカウント ${config.user} はデータベースに書き込めます（${writing.length}件の権限）。読み取りだけのアカウントを使ってください：komainu database grants`,
            ),
          ];
    },
    close: async () => {
      connection.destroy();
    },
  };
}

/** MariaDB and MySQL name their time limit differently. */
async function limitStatements(query: (sql: string) => Promise<unknown>): Promise<void> {
  try {
    await query(`SET SESSION max_statement_time = ${STATEMENT_MS / 1000}`);
  } catch {
    await query(`SET SESSION max_execution_time = ${STATEMENT_MS}`);
  }
}

const quoted = (name: string) => `\`${name}\``;
const string = (value: string) => literal({ type: 'text', bytes: Buffer.from(value) });

/** Never escaped, whatever the server's SQL mode: values of rows are an attacker's to choose. */
function literal({ type, bytes }: Cell): string {
  if (type === 'number' && /^-?\d+(?:\.\d+)?$/.test(bytes.toString())) return bytes.toString();
  return bytes.length === 0 ? "''" : `${type === 'binary' ? '' : '_utf8mb4 '}X'${bytes.toString('hex')}'`;
}

/** DECIMAL, the integers, FLOAT, DOUBLE, YEAR and NEWDECIMAL, by their number in the protocol. */
const NUMBERS = new Set([0, 1, 2, 3, 4, 5, 8, 9, 13, 246]);
/** TIMESTAMP, DATE, TIME and DATETIME are sent as text. */
const TIMES = new Set([7, 10, 11, 12]);
const BINARY_CHARSET = 63;

function typeOf(field: FieldPacket | undefined): Cell['type'] {
  const type = field?.columnType ?? field?.type ?? 0;
  if (NUMBERS.has(type)) return 'number';
  return !TIMES.has(type) && field?.characterSet === BINARY_CHARSET ? 'binary' : 'text';
}
