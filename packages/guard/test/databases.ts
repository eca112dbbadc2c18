import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseConfig, type DatabasePlan } from '@komainu/model';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import { databaseOf, grantStatements } from '../src/index.ts';

/** A database of its own: the shop's administrator on one side, the guard's account on the other. */
export interface TestDatabase {
  readonly kind: 'sqlite' | 'mysql' | 'postgres';
  readonly config: DatabaseConfig;
  readonly env: Readonly<Record<string, string>>;
  /** As the shop's administrator. */
  run(sql: string): Promise<void>;
  /** Makes the guard's account, by the very statements the product prints. */
  grant(plan: DatabasePlan): Promise<void>;
  open: ReturnType<typeof databaseOf>;
  gone(): Promise<void>;
}

/** A server, or why there is none here. */
export type TestServer =
  | { readonly make: (name: string) => Promise<TestDatabase>; stop(): Promise<void> }
  | { readonly missing: string };

const base = () => mkdtempSync(join(tmpdir(), 'komainu-db-'));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function until<T>(what: string, child: ChildProcess, act: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await act();
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`${what} ended`, { cause: error });
      await sleep(100);
    }
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await ended;
}

const PASSWORD = 'only-here';
const env = { KOMAINU_DB_PASSWORD: PASSWORD };

export async function startSqlite(): Promise<TestServer> {
  const dir = base();
  return {
    async make(name) {
      const file = join(dir, `${name}.sqlite`);
      const db = new DatabaseSync(file);
      db.exec('PRAGMA journal_mode = WAL');
      const config = DatabaseConfig.parse({
        platform: 'vendure',
        kind: 'sqlite',
        id: 'shopdb',
        file,
      });
      return {
        kind: 'sqlite',
        config,
        env,
        run: async (sql) => db.exec(sql),
        grant: async () => undefined,
        open: databaseOf(config, env),
        gone: async () => db.close(),
      };
    },
    stop: async () => rmSync(dir, { recursive: true, force: true }),
  };
}

export async function startMariadb(): Promise<TestServer> {
  const server = ['/usr/sbin/mariadbd', '/usr/libexec/mariadbd'].find(existsSync);
  if (server === undefined) return { missing: 'MariaDB (mariadbd) is not installed' };
  const dir = base();
  const data = join(dir, 'data');
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  execFileSync(
    'mariadb-install-db',
    [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...user],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  const child = spawn(
    server,
    [
      '--no-defaults',
      ...user,
      `--datadir=${data}`,
      `--socket=${join(dir, 's.sock')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
    ],
    { stdio: 'ignore' },
  );
  const root = await until('mariadbd', child, async () =>
    mysql.createConnection({ host: '127.0.0.1', port, user: 'root', multipleStatements: true }),
  );
  return {
    async make(name) {
      await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      const admin = await mysql.createConnection({
        host: '127.0.0.1',
        port,
        user: 'root',
        database: name,
        multipleStatements: true,
      });
      const config = DatabaseConfig.parse({
        platform: 'vendure',
        kind: 'mysql',
        id: 'shopdb',
        port,
        user: `guard_${name}`,
        passwordEnv: 'KOMAINU_DB_PASSWORD',
        database: name,
      });
      return {
        kind: 'mysql',
        config,
        env,
        run: async (sql) => void (await admin.query(sql)),
        async grant(plan) {
          for (const statement of grantStatements(config, plan))
            await admin.query(statement.replace('…', PASSWORD));
        },
        open: databaseOf(config, env),
        gone: async () => admin.destroy(),
      };
    },
    async stop() {
      root.destroy();
      await stopped(child, 'SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function startPostgres(): Promise<TestServer> {
  const bin = ['17', '16', '15', '14'].map((v) => `/usr/lib/postgresql/${v}/bin`).find(existsSync);
  if (bin === undefined) return { missing: 'PostgreSQL is not installed' };
  const dir = base();
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const as = isRoot ? { uid: id('-u'), gid: id('-g') } : {};
  if (isRoot) for (const path of [dir, data]) chownSync(path, as.uid ?? 0, as.gid ?? 0);
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'boss', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C'],
    {
      stdio: 'ignore',
      cwd: dir,
      ...as,
    },
  );
  const port = await freePort();
  const child = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-k', dir, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    { stdio: 'ignore', cwd: dir, ...as },
  );
  const connect = async (database: string) => {
    const client = new Client({ host: '127.0.0.1', port, user: 'boss', database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const exec = async (client: Awaited<ReturnType<typeof connect>>, sql: string) =>
    void (await client.query({ text: sql, rowMode: 'array', types: { getTypeParser: () => (v) => v } }));
  const boss = await until('postgres', child, async () => connect('postgres'));
  return {
    async make(name) {
      await exec(boss, `CREATE DATABASE ${name}`);
      const admin = await connect(name);
      const config = DatabaseConfig.parse({
        platform: 'vendure',
        kind: 'postgres',
        id: 'shopdb',
        port,
        user: `guard_${name}`,
        passwordEnv: 'KOMAINU_DB_PASSWORD',
        database: name,
      });
      return {
        kind: 'postgres',
        config,
        env,
        run: async (sql) => exec(admin, sql),
        async grant(plan) {
          for (const statement of grantStatements(config, plan))
            await exec(admin, statement.replace('…', PASSWORD));
        },
        open: databaseOf(config, env),
        gone: async () => admin.end(),
      };
    },
    async stop() {
      await boss.end();
      await stopped(child, 'SIGQUIT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
