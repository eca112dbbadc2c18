import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant, newId } from '@komainu/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type Stores } from '../src/store/open-sqlite.ts';
import type { Batch } from '../src/store/store.ts';
import { quietLog, refOf } from './harness.ts';

interface Engine {
  readonly name: string;
  readonly open: () => Promise<Stores>;
}

// One suite over every engine; another database joins by one more row.
const dirs: string[] = [];
const freshFile = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'komainu-store-'));
  dirs.push(dir);
  return join(dir, 'state.db');
};
const ENGINES: readonly Engine[] = [
  { name: 'node:sqlite', open: async () => openSqlite(await freshFile(), quietLog) },
];
afterAll(async () => {
  for (const dir of dirs) await rm(dir, { recursive: true, force: true });
});

const shop = 'komorebi' as never;
const batch = (next: number, more: Partial<Batch> = {}): Batch => ({
  cursor: { next, origin: 'komainu/1', last: 'ab', fold: '1' },
  shops: new Map(),
  reports: [],
  judgedReports: [],
  checks: [],
  ...more,
});
const report = (body: string) => ({
  id: newId('report'),
  shop,
  root: 'site' as never,
  body: refOf(body),
  judgement: null,
});

describe.each(ENGINES)('state in $name', ({ open }) => {
  let at: Stores;
  beforeAll(async () => {
    at = await open();
  });
  afterAll(() => at.store.close());

  test('a batch is there whole, with its cursor', async () => {
    expect(await at.store.cursor()).toBeNull();
    const one = report('one');
    const check = {
      id: newId('check'),
      shop,
      page: 'payment' as never,
      judgement: refOf('j'),
      verdict: 'clean' as const,
      at: instant(),
    };
    const state = { text: '日本語 \u0000 "', deep: [{ n: 1.5 }, null, true] };
    const shops = new Map([[shop, { state, config: refOf('c'), since: instant(0) }]]);
    await at.store.apply(batch(3, { shops, reports: [one], checks: [check] }));
    expect(await at.store.cursor()).toEqual(batch(3).cursor);
    expect(await at.store.shops()).toEqual(shops);
    expect(await at.store.report(shop, one.id)).toEqual(one);
    expect(await at.store.check(shop, check.id)).toEqual(check);
    expect(await at.store.check('other' as never, check.id)).toBeNull();
    expect(await at.store.unjudgedReports()).toEqual([one]);
    await at.store.apply(batch(4, { judgedReports: [{ id: one.id, judgement: refOf('j2') }] }));
    expect(await at.store.unjudgedReports()).toEqual([]);
  });

  test('the first of two reports under one id stands', async () => {
    const one = report('first');
    await at.store.apply(batch(5, { reports: [one] }));
    await at.store.apply(batch(6, { reports: [{ ...one, body: refOf('second') }] }));
    expect((await at.store.report(shop, one.id))?.body).toBe(one.body);
  });

  test('many at once do not get into each other', async () => {
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => at.store.apply(batch(100 + n, { reports: [report(`r${n}`)] }))),
    );
    expect((await at.store.unjudgedReports()).length).toBeGreaterThanOrEqual(40);
  });

  test('forgetting what was folded keeps heartbeats and sessions', async () => {
    const beat = {
      guardian: 'guard-1' as never,
      kind: 'guard' as const,
      shop,
      count: 4,
      at: instant(),
      watching: ['site'],
      seenAt: instant(),
    };
    await at.store.putHeartbeat(beat);
    await at.store.putHeartbeat({ ...beat, count: 5 });
    await at.store.putSession('aa', instant(Date.now() + 1_000));
    await at.store.putSession('bb', instant(1));
    await at.store.clear();
    expect(await at.store.cursor()).toBeNull();
    expect(await at.store.shops()).toEqual(new Map());
    expect(await at.store.unjudgedReports()).toEqual([]);
    expect(await at.store.heartbeats()).toEqual([{ ...beat, count: 5 }]);
    await at.store.deleteSessionsBefore(instant());
    expect(await at.store.session('bb')).toBeNull();
    expect(await at.store.session('aa')).not.toBeNull();
    await at.store.deleteSession('aa');
    expect(await at.store.session('aa')).toBeNull();
  });
});

describe.each(ENGINES)('the queue in $name', ({ open }) => {
  let at: Stores;
  beforeAll(async () => {
    at = await open();
  });
  afterAll(() => at.store.close());

  test('one job per key, the earlier time counts, the one in hands is given back', async () => {
    const { queue } = at;
    expect(await queue.nextDue()).toBeNull();
    await queue.put({ key: 'a', dueAt: 2_000, body: { n: 1 } });
    expect(await queue.put({ key: 'a', dueAt: 1_000, body: { n: 2 } })).toEqual({
      key: 'a',
      dueAt: 1_000,
      body: { n: 1 },
      taken: false,
    });
    expect(await queue.put({ key: 'a', dueAt: 3_000, body: { n: 3 } })).toMatchObject({ dueAt: 1_000 });
    expect(await queue.take(999, 100)).toBeNull();
    const job = await queue.take(1_000, 100);
    expect(job).toMatchObject({ key: 'a', body: { n: 1 }, attempt: 1 });
    expect(await queue.put({ key: 'a', dueAt: 0, body: {} })).toMatchObject({ taken: true, body: { n: 1 } });
    expect(await queue.take(1_050, 100)).toBeNull();
    if (job !== null) expect(await queue.done(job)).toBe(true);
    expect(await queue.nextDue()).toBeNull();
  });

  test('a lease that ran out is taken again, and its former holder can neither extend nor finish', async () => {
    const { queue } = at;
    await queue.put({ key: 'b', dueAt: 0, body: null });
    const first = await queue.take(10, 100);
    if (first === null) throw new Error('nothing to take');
    expect(await queue.extend(first, 50, 100)).toBe(true);
    expect(await queue.take(120, 100)).toBeNull();
    const second = await queue.take(151, 100);
    expect(second).toMatchObject({ key: 'b', attempt: 2 });
    expect(await queue.extend(first, 160, 100)).toBe(false);
    expect(await queue.done(first)).toBe(false);
    await queue.reclaim();
    expect(await queue.take(160, 100)).toMatchObject({ key: 'b', attempt: 3 });
    if (second !== null) expect(await queue.done(second)).toBe(false);
  });

  test('of many hands each gets another job', async () => {
    const { queue } = at;
    for (let n = 0; n < 20; n++) await queue.put({ key: `many-${n}`, dueAt: n, body: n });
    const taken = await Promise.all(Array.from({ length: 60 }, () => queue.take(1_000, 60_000)));
    const keys = taken.flatMap((job) => (job === null ? [] : [job.key]));
    expect(new Set(keys).size).toBe(keys.length);
    let rest = await queue.take(1_000, 60_000);
    while (rest !== null) {
      keys.push(rest.key);
      rest = await queue.take(1_000, 60_000);
    }
    expect(keys.filter((key) => key.startsWith('many-')).toSorted()).toHaveLength(20);
  });
});

test('a database that is none is put aside, not trusted and not deleted', async () => {
  const file = await freshFile();
  await writeFile(file, 'this was never a database, but it is longer than a header of one. '.repeat(20));
  const { store } = await openSqlite(file, quietLog);
  expect(await store.cursor()).toBeNull();
  await store.close();
  const names = await readdir(join(file, '..'));
  expect(names.some((name) => name.startsWith('state.db.aside-'))).toBe(true);
});
