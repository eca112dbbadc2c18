import { type DatabaseConfig, text } from '@komainu/model';
import {
  type Cell,
  cellOf,
  type Database,
  type Program,
  type Row,
  STATEMENT_MS,
  textOf,
} from './connection.ts';
import { loadDriver } from './driver.ts';

type Config = Extract<DatabaseConfig, { kind: 'postgres' }>;

/** Opens PostgreSQL. @throws GuardError `config` without the driver; the driver's own errors */
export async function openPostgres(config: Config, password: string | undefined): Promise<Database> {
  const { default: pg } = await loadDriver('pg', () => import('pg'));
  const client = new pg.Client({
    host: config.socket ?? config.host,
    port: config.port ?? 5432,
    user: config.user,
    password: password ?? '',
    database: config.database,
    ssl: config.tls ? { rejectUnauthorized: true } : false,
    connectionTimeoutMillis: STATEMENT_MS,
    query_timeout: 2 * STATEMENT_MS,
    // Nothing is found by a name an attacker could have put in front, and one value has one text.
    options: [
      `statement_timeout=${STATEMENT_MS}`,
      'lock_timeout=2000',
      'default_transaction_read_only=on',
      'search_path=pg_catalog',
      'timezone=UTC',
      'datestyle=ISO',
      'intervalstyle=postgres',
      'bytea_output=hex',
      'extra_float_digits=1',
      'client_encoding=UTF8',
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    application_name: 'komainu',
  });
  // Broken while idle: the next query says so.
  client.on('error', () => undefined);
  await client.connect();

  const query = async (sql: string, parameters: readonly Cell[] = []): Promise<readonly Row[]> => {
    const { rows, fields } = await client.query({
      text: sql,
      values: parameters.map(({ type, bytes }) => (type === 'binary' ? bytes : bytes.toString())),
      rowMode: 'array',
      types: { getTypeParser: () => (value) => value },
    });
    return rows.map((row) =>
      row.map((value, at) => (value === null ? null : cell(value, fields[at]?.dataTypeID))),
    );
  };
  const seen = async (sql: string, ...parameters: readonly string[]) =>
    (await query(sql, parameters.map(cellOf))).map((row) => row.map(textOf));
  const { schema } = config;
  const tableOf = (name: string) => `"${schema}"."${name}"`;
  return {
    query,
    dialect: {
      table: tableOf,
      column: (name) => `"${name}"`,
      exact: (column) => column,
      length: (column) => `octet_length(${column}::text)`,
      parameter: (at) => `$${at + 1}`,
    },
    async shape(table) {
      const [relation] = await seen(
        `SELECT c.oid, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
        schema,
        table,
      );
      const [oid = '', kind = ''] = relation ?? [];
      if (relation === undefined) return null;
      const columns = await seen(
        `SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped`,
        oid,
      );
      const indexes = await seen(
        `SELECT i.indexrelid, a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey[0:i.indnkeyatts - 1])
         WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL`,
        oid,
      );
      return {
        isTable: kind === 'r' || kind === 'p',
        columns: new Map(columns.map(([column = '', notNull]) => [column, { nullable: notNull === 'f' }])),
        unique: [...Map.groupBy(indexes, ([index]) => index).values()].map((rows) =>
          rows.map((row) => row[1] ?? ''),
        ),
      };
    },
    programs: async () =>
      (await seen(PROGRAMS)).map(
        ([kind = '', name = '', definition = '']): Program => ({
          kind: kind as Program['kind'],
          name,
          definition,
        }),
      ),
    async weaknesses(tables) {
      const [master] = await seen(
        'SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user',
      );
      const writable: string[] = [];
      for (const table of tables) {
        const [may] = await seen(
          `SELECT has_any_column_privilege($1::regclass, 'INSERT, UPDATE, REFERENCES') OR has_table_privilege($1::regclass, 'DELETE, TRUNCATE, TRIGGER')`,
          tableOf(table),
        ).catch(() => []);
        if (may?.[0] === 't') writable.push(table);
      }
      if (master?.[0] !== 't' && writable.length === 0) return [];
      const what = writable.slice(0, 5).join(', ');
      return [
        text(
          `The account ${config.user} could write to the database (${what || 'administrator'}). Give the guard one that can only read: komainu database grants.`,
          `アカウント ${config.user} はデータベースに書き込めます（${what || '管理者権限'}）。読み取りだけのアカウントを使ってください：komainu database grants`,
        ),
      ];
    },
    close: async () => client.end(),
  };
}

/** Code of the shop's own: what came with the server or an extension is the packager's. */
const PROGRAMS = `
SELECT 'trigger', n.nspname || '.' || c.relname || '.' || t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
       n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE pg_get_functiondef(p.oid) END
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'event', e.evtname, e.evtenabled::text || ' ' || e.evtevent || ' ' || e.evtfoid::regprocedure::text FROM pg_event_trigger e
UNION ALL
SELECT 'trigger', r.schemaname || '.' || r.tablename || '.' || r.rulename, r.definition FROM pg_rules r
 WHERE r.schemaname NOT IN ('pg_catalog', 'information_schema')
UNION ALL
SELECT 'view', v.schemaname || '.' || v.viewname, v.definition FROM pg_views v
 WHERE v.schemaname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1, 2`;

const BYTEA = 17;
/** int8, int2, int4, oid, float4, float8 and numeric, by the server's own numbers. */
const NUMBERS = new Set([20, 21, 23, 26, 700, 701, 1700]);

function cell(value: string, type: number | undefined): Cell {
  if (type === BYTEA) return { type: 'binary', bytes: Buffer.from(value.slice(2), 'hex') };
  return { type: NUMBERS.has(type ?? 0) ? 'number' : 'text', bytes: Buffer.from(value, 'utf8') };
}
