/**
 * MySQL shows triggers and events only to who may make them, and routines to who owns them. So the shop's own
 * administrator leaves a procedure that lists them, and the guard's account may call it: no right to write needed.
 */
export const PROGRAMS_PROCEDURE = 'komainu_programs';

export const programsProcedure = (database: string): string => {
  const own = (column: string) => `${column} = '${database.replaceAll("'", "''")}'`;
  return `CREATE PROCEDURE \`${PROGRAMS_PROCEDURE}\`() SQL SECURITY DEFINER READS SQL DATA
SELECT CAST('trigger' AS CHAR CHARACTER SET utf8mb4) AS kind, TRIGGER_NAME AS name,
       CONCAT_WS(' ', ACTION_TIMING, EVENT_MANIPULATION, 'ON', EVENT_OBJECT_TABLE, ACTION_STATEMENT) AS definition
  FROM information_schema.TRIGGERS WHERE ${own('TRIGGER_SCHEMA')}
UNION ALL SELECT LOWER(ROUTINE_TYPE), ROUTINE_NAME, CONCAT_WS(' ', SECURITY_TYPE, ROUTINE_DEFINITION)
  FROM information_schema.ROUTINES WHERE ${own('ROUTINE_SCHEMA')}
UNION ALL SELECT 'event', EVENT_NAME, CONCAT_WS(' ', STATUS, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, EVENT_DEFINITION)
  FROM information_schema.EVENTS WHERE ${own('EVENT_SCHEMA')}
UNION ALL SELECT 'view', TABLE_NAME, VIEW_DEFINITION
  FROM information_schema.VIEWS WHERE ${own('TABLE_SCHEMA')}`;
};

const WRITING =
  /\b(?:ALL PRIVILEGES|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRIGGER|EVENT|INDEX|FILE|SUPER|REFERENCES|GRANT OPTION|SYSTEM_USER|SET USER|BINLOG ADMIN)\b/;

/** Whether a line of SHOW GRANTS lets its account write. Names of tables and accounts are not rights. */
export function canWrite(grant: string): boolean {
  const [rights = '', rest = ''] = grant
    .replaceAll(/`(?:[^`]|``)*`|'(?:[^']|'')*'/g, '``')
    .split(/\sON\s/, 2);
  return WRITING.test(rights.replaceAll(/\([^)]*\)/g, '')) || /WITH GRANT OPTION/.test(rest);
}
