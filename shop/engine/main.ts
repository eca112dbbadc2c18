/** The engine's own process: Vendure on SQLite. Speaks HTTP to everyone and one `ready` message to its launcher. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { bootstrap } from '@vendure/core';
import { databaseFile, engineConfig } from './config.ts';
import { seed } from './seed.ts';

const need = (name: string): string => {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the engine needs ${name}`);
  return value;
};
const account = (name: string) => ({ user: need(`${name}_USER`), password: need(`${name}_PASSWORD`) });

const dataDir = need('ENGINE_DATA');
const host = need('ENGINE_HOST');
const superadmin = account('SHOP_SUPERADMIN');
const komainu = account('SHOP_KOMAINU');
const member = account('SHOP_MEMBER');

/** Schema, goods and accounts of a furnished shop depend on exactly these; another mix needs another seed. */
function seedKey(): string {
  const hash = createHash('sha256');
  for (const file of ['config.ts', 'seed.ts', 'catalogue.ts', 'shipping.ts', '../package-lock.json']) {
    hash.update(readFileSync(new URL(file, import.meta.url)));
  }
  return hash
    .update(JSON.stringify([superadmin, komainu, member]))
    .digest('hex')
    .slice(0, 24);
}

const file = databaseFile(dataDir);
const seedFile = join(need('ENGINE_SEEDS'), `${seedKey()}.sqlite`);
const furnishedMark = `${file}.furnished`;

/** A database without its mark was left half furnished by a killed first start. */
function prepareDatabase(): 'furnished' | 'empty' {
  mkdirSync(dataDir, { recursive: true });
  if (existsSync(file) && existsSync(furnishedMark)) return 'furnished';
  for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
  if (!existsSync(seedFile)) return 'empty';
  copyFileSync(seedFile, file);
  writeFileSync(furnishedMark, '');
  return 'furnished';
}

function keepSeed(): void {
  mkdirSync(dirname(seedFile), { recursive: true });
  const unfinished = `${seedFile}.${process.pid}`;
  const database = new DatabaseSync(file);
  try {
    // Sessions of the furnishing itself are no part of the seed.
    database.exec('PRAGMA busy_timeout=5000');
    database.prepare('VACUUM INTO ?').run(unfinished);
  } finally {
    database.close();
  }
  renameSync(unfinished, seedFile);
  writeFileSync(furnishedMark, '');
}

const state = prepareDatabase();
const app = await bootstrap(
  engineConfig({
    dataDir,
    host,
    port: Number(need('ENGINE_PORT')),
    superadmin,
    synchronize: state === 'empty',
  }),
);
const address = app.getHttpServer().address() as { readonly port: number };
const origin = `http://${host}:${address.port}`;
if (state === 'empty') {
  await seed({ adminApi: `${origin}/admin-api`, superadmin, komainu, member });
  keepSeed();
}

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  // Nest waits for keep-alive connections and for idle job queues, for minutes if need be. SQLite's log
  // makes leaving at any moment safe, so the wait is bounded.
  app.getHttpServer().closeAllConnections?.();
  setTimeout(() => process.exit(0), 800);
  void app.close().finally(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('disconnect', stop);
process.send?.({ kind: 'ready', origin });
