import type { DatabaseConfig } from '@komainu/model';
import { GuardError } from '../error.ts';
import type { OpenDatabase } from './connection.ts';
import { openMysql } from './mysql.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

/** How to reach a configured database. The password is read anew each time, so that it can be changed under a running guard. */
export function databaseOf(
  config: DatabaseConfig,
  env: Readonly<Record<string, string | undefined>>,
): OpenDatabase {
  if (config.kind === 'sqlite') return async () => openSqlite(config.file);
  const password = () => {
    if (config.passwordEnv === undefined) return undefined;
    const given = env[config.passwordEnv];
    if (given === undefined)
      throw new GuardError('config', `set ${config.passwordEnv} to the password of ${config.user}`);
    return given;
  };
  return config.kind === 'mysql'
    ? async () => openMysql(config, password())
    : async () => openPostgres(config, password());
}
