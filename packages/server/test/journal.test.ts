import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openKeys, openLedger } from '@komainu/evidence';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { StateBody } from '../src/index.ts';
import { openStorage } from '../src/storage.ts';
import { quietLog, report, type Running, running, until } from './harness.ts';

let at: Running | null = null;
afterEach(async () => {
  await at?.end();
  at = null;
});

const state = async (of: Running) => {
  const { shops } = StateBody.parse(await (await of.ask('GET', '/api/state')).json());
  return shops;
};
/** A server that has seen a halt to its end. */
async function halted(): Promise<Running> {
  const server = await running();
  await server.ask('POST', '/api/guard/reports', report([]));
  await server.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  await until(async () => (await state(server))[0]?.gate.state === 'halted', 'a halted gate');
  await until(
    async () => (await state(server))[0]?.roots[0]?.lastReport?.verdict === 'clean',
    'a judged report',
  );
  return server;
}
const db = (of: Running) => join(of.dataDir, 'state.db');

test('whatever becomes of the database, the ledger gives the same state back', async () => {
  at = await halted();
  const before = (await state(at))[0]?.incidents;
  const harms: [string, (file: string) => Promise<void>][] = [
    ['deleted', (file) => rm(file)],
    ['garbled', (file) => writeFile(file, Buffer.alloc(20_000, 0x5a))],
    ['emptied', (file) => writeFile(file, '')],
    [
      'with a cursor beyond the ledger',
      async (file) => {
        const handle = new DatabaseSync(file);
        handle.exec(`UPDATE meta SET value = replace(value, '"next":', '"next":9')`);
        handle.close();
      },
    ],
    [
      'with a state nobody can read',
      async (file) => {
        const handle = new DatabaseSync(file);
        handle.exec(`UPDATE shops SET state = '{'`);
        handle.close();
      },
    ],
    [
      'of another ledger',
      async (file) => {
        const handle = new DatabaseSync(file);
        handle.exec(`UPDATE meta SET value = replace(value, '"last":"', '"last":"00')`);
        handle.close();
      },
    ],
  ];
  for (const [name, harm] of harms) {
    await at.server.stop();
    await harm(db(at));
    if (name === 'deleted' || name === 'garbled' || name === 'emptied')
      for (const suffix of ['-wal', '-shm']) await rm(db(at) + suffix, { force: true });
    at = await at.again();
    const [shop] = await state(at);
    // A start is told in the open incident's timeline too; the rest is what it was.
    const timeline = shop?.incidents[0]?.timeline.filter(({ kind }) => kind !== 'server.started');
    expect([name, shop?.gate.state]).toEqual([name, 'halted']);
    expect([name, timeline]).toEqual([name, before?.[0]?.timeline]);
  }
});

test('an older database is caught up from its cursor', async () => {
  at = await running();
  await at.server.stop();
  await copyFile(db(at), `${db(at)}.old`);
  at = await at.again();
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  const server = at;
  await until(async () => (await state(server))[0]?.gate.state === 'halted', 'a halted gate');
  await at.server.stop();
  for (const suffix of ['-wal', '-shm']) await rm(db(at) + suffix, { force: true });
  await rename(`${db(at)}.old`, db(at));
  at = await at.again();
  expect((await state(at))[0]?.gate.state).toBe('halted');
});

test('lines that are not ours are passed over: a rotated key, a later version', async () => {
  at = await halted();
  await at.server.stop();
  const name = (await readFile(join(at.dataDir, 'origin'), 'utf8')).trim();
  const keys = await openKeys({ dir: join(at.dataDir, 'keys'), name });
  const ledger = await openLedger({ dir: join(at.dataDir, 'ledger'), keys });
  await ledger.rotateKey();
  await ledger.append(new TextEncoder().encode('{"v":2,"kind":"from.the-future"}'));
  await ledger.append(new Uint8Array([0xff, 0x00]));
  const { size } = ledger;
  await ledger.close();
  at = await at.again();
  expect((await state(at))[0]?.gate.state).toBe('halted');
  const Page = z.object({ size: z.number(), entries: z.array(z.object({ index: z.number() })) });
  const page = Page.parse(await (await at.ask('GET', '/api/entries?limit=1000')).json());
  expect(page.size).toBeGreaterThan(size);
  expect(page.entries.map(({ index }) => index)).not.toContain(size - 1);
});

test('two servers on one directory: the second is refused in a sentence', async () => {
  at = await running();
  const { dataDir } = at;
  await expect(openStorage(dataDir, '0', quietLog)).rejects.toMatchObject({ code: 'ledger-locked' });
  expect((await at.ask('GET', '/healthz')).status).toBe(200);
});

test('a disk that takes no evidence: 503, nothing acknowledged, health says so, and it heals', async () => {
  at = await running();
  const one = report([]);
  const ledger = join(at.dataDir, 'ledger');
  await rename(ledger, `${ledger}.gone`);
  await writeFile(ledger, 'in the way');
  const refused = await at.ask('POST', '/api/guard/reports', one);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({
    error: { code: 'storage', message: { en: /nothing was acknowledged/, ja: /./ } },
  });
  expect((await at.ask('GET', '/healthz')).status).toBe(503);
  await rm(ledger);
  await rename(`${ledger}.gone`, ledger);
  const server = at;
  await until(
    async () => (await server.ask('POST', '/api/guard/reports', one)).status === 200,
    'an answer of 200',
  );
  expect((await at.ask('GET', '/healthz')).status).toBe(200);
  at = await at.again();
  expect((await state(at))[0]?.roots[0]?.lastReport?.report).toBe(one.id);
});

test('a database that cannot be written stops no halt', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'komainu-lock-'));
  at = await running({ dataDir: dir });
  // Another process holds the write lock longer than the server waits for it.
  const other = new DatabaseSync(join(dir, 'state.db'));
  other.exec('BEGIN IMMEDIATE');
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  const server = at;
  await until(() => server.shop.methods.get('card') === false, 'cards off');
  other.exec('ROLLBACK');
  other.close();
  await until(async () => (await state(server))[0]?.gate.state === 'halted', 'a halted gate');
});
