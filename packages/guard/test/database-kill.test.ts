import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileBlobs } from '@komainu/evidence';
import { DatabaseConfig, DatabasePlan, type RootId } from '@komainu/model';
import { expect, it } from 'vitest';
import { databaseOf, sealDatabase } from '../src/index.ts';
import { startFakeServer } from './fake-server.ts';
import { keys, SHOP } from './world.ts';

const ROUNDS = Number(process.env['KOMAINU_KILLS'] ?? 8);

it('killed between looks and in the middle of them, under change: nothing is missed, nothing is told twice', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'komainu-db-kill-'));
  const server = await startFakeServer();
  const db = new DatabaseSync(join(dir, 'shop.sqlite'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    CREATE TABLE block (id INTEGER PRIMARY KEY, html TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO block VALUES (0, 'as sealed');`);
  const tables = [
    { table: 'block', watch: 'sealed', key: ['id'], columns: ['html'] },
    { table: 'orders', watch: 'visitor', key: ['id'], columns: ['name'] },
  ];
  const config = { kind: 'sqlite', id: 'shopdb', file: join(dir, 'shop.sqlite'), tables };
  const blobs = join(dir, 'blobs');
  const sealed = await sealDatabase({
    root: 'shopdb' as RootId,
    plan: DatabasePlan.parse({ tables }),
    open: databaseOf(DatabaseConfig.parse(config), {}),
    shop: SHOP,
    by: 'test',
    blobs: await openFileBlobs({ dir: blobs }),
    out: join(dir, 'seal'),
    ...keys,
  });
  expect(sealed.kind).toBe('sealed');
  const settings = join(dir, 'settings.json');
  writeFileSync(
    settings,
    JSON.stringify({
      server: server.url,
      seal: join(dir, 'seal'),
      config,
      data: join(dir, 'data'),
      blobs,
      key: keys.publicKey.export({ type: 'spki', format: 'pem' }),
    }),
  );

  let id = 0;
  const expected: string[] = [];
  const order = db.prepare('INSERT INTO orders (id, name) VALUES (?, ?)');
  const block = db.prepare('INSERT INTO block (id, html) VALUES (?, ?)');
  const change = () => {
    id += 1;
    order.run(id, id % 3 === 0 ? `<script>${id}</script>` : `customer ${id}`);
    if (id % 3 === 0) expected.push(`orders/${id}/name`);
    if (id % 10 !== 0) return;
    block.run(id, `block ${id}`);
    expected.push(`block/${id}/html`);
  };
  const start = () =>
    spawn(
      process.execPath,
      [
        '--conditions=source',
        '--disable-warning=ExperimentalWarning',
        join(import.meta.dirname, 'database-child.ts'),
        settings,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const child = start();
      const ended = new Promise((done) => child.once('exit', done));
      const ready = new Promise<void>((done) => {
        child.stdout.on('data', (part: Buffer) => part.includes('ready\n') && done());
      });
      // Some die before they have looked once, some while they look, some between two looks.
      const lives = round % 3 === 0 ? sleep(250) : ready.then(async () => sleep(30 + Math.random() * 150));
      const life = { over: false };
      const over = lives.finally(() => {
        life.over = true;
      });
      while (!life.over) {
        change();
        await sleep(3);
      }
      await over;
      child.kill('SIGKILL');
      await ended;
      for (let n = 0; n < 5; n++) change();
    }
    const last = start();
    const told = () => server.changes().map(({ path }) => path);
    while (new Set(told()).size < expected.length) await sleep(20);
    // Whatever would be told twice would be told within these looks.
    await sleep(500);
    last.kill('SIGKILL');
    await new Promise((done) => last.once('exit', done));
    expect(told().sort()).toEqual(expected.sort());
  } finally {
    db.close();
    await server.down();
    rmSync(dir, { recursive: true, force: true });
  }
}, 120_000);
