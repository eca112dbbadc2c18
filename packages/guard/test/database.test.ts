import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabasePlan, type FileChange, type GuardReport, type RootId } from '@komainu/model';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { watchDatabase } from '../src/database/watch-database.ts';
import { openSeal, scanDatabase, sealDatabase } from '../src/index.ts';
import type { Watch } from '../src/watch/watch-root.ts';
import { startMariadb, startPostgres, startSqlite, type TestDatabase, type TestServer } from './databases.ts';
import { GUARD, keys, memoryBlobs, SHOP } from './world.ts';

const ROOT = 'shopdb' as RootId;
const PLAN = DatabasePlan.parse({
  tables: [
    { table: 'block', watch: 'sealed', key: ['id'], columns: ['name', 'html', 'extra'] },
    { table: 'setting', watch: 'no-exec', key: ['scope', 'path'], columns: ['value'] },
    { table: 'orders', watch: 'visitor', key: ['id'], columns: ['name', 'note'], since: 'updated' },
  ],
});

/** The same tables in each dialect. */
const SCHEMA: Readonly<Record<TestDatabase['kind'], string>> = {
  sqlite: `
    CREATE TABLE block (id INTEGER PRIMARY KEY, name TEXT, html TEXT, extra BLOB, cc_number TEXT);
    CREATE TABLE setting (scope TEXT NOT NULL, path TEXT NOT NULL, value TEXT, PRIMARY KEY (scope, path));
    CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, note TEXT, updated TEXT NOT NULL);`,
  mysql: `
    CREATE TABLE block (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), html LONGTEXT, extra LONGBLOB, cc_number VARCHAR(20));
    CREATE TABLE setting (scope VARCHAR(20) NOT NULL, path VARCHAR(150) NOT NULL, value LONGTEXT, PRIMARY KEY (scope, path));
    CREATE TABLE orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100), note TEXT, updated DATETIME(6) NOT NULL);`,
  postgres: `
    CREATE TABLE block (id SERIAL PRIMARY KEY, name VARCHAR(100), html TEXT, extra BYTEA, cc_number VARCHAR(20));
    CREATE TABLE setting (scope VARCHAR(20) NOT NULL, path VARCHAR(150) NOT NULL, value TEXT, PRIMARY KEY (scope, path));
    CREATE TABLE orders (id BIGSERIAL PRIMARY KEY, name VARCHAR(100), note TEXT, updated TIMESTAMP(6) NOT NULL);`,
};
const ROWS = `
  INSERT INTO block (id, name, html) VALUES (1, 'header', '<p>ようこそ</p>'), (2, 'footer', '<p>会社概要 & 送料</p>'), (3, NULL, '');
  INSERT INTO setting VALUES ('default', 'design/head/includes', ''), ('stores, 1', 'payment/url', 'https://pay.example/');
  INSERT INTO orders VALUES (1, '佐藤 花子', 'よろしく <3', '2026-01-01 00:00:00'), (2, '〈株〉山田 & 子', 'a < b', '2026-01-01 00:00:01');`;
const binary = (db: TestDatabase, hex: string) => (db.kind === 'postgres' ? `'\\x${hex}'` : `X'${hex}'`);
const trigger: Readonly<Record<TestDatabase['kind'], string>> = {
  sqlite: `CREATE TRIGGER copycat AFTER INSERT ON orders BEGIN UPDATE block SET html = 'x' WHERE id = 9; END`,
  mysql: `CREATE TRIGGER copycat AFTER INSERT ON orders FOR EACH ROW UPDATE block SET html = 'x' WHERE id = 9`,
  postgres: `CREATE FUNCTION copycat() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER copycat AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION copycat()`,
};

const SERVERS = [
  ['SQLite', startSqlite],
  ['MariaDB', startMariadb],
  ['PostgreSQL', startPostgres],
] as const;

describe.each(SERVERS)('%s', (label, start) => {
  let server: TestServer;
  let db: TestDatabase;
  let dir: string;
  let made = 0;
  let watch: Watch | undefined;
  let blobs: ReturnType<typeof memoryBlobs>;
  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(async () => ('stop' in server ? server.stop() : undefined));
  afterEach(async () => {
    await watch?.close();
    watch = undefined;
    await db?.gone();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  /** Skipped with a sentence where there is no such server; a failure where all must be there. */
  const on = (name: string, test: () => Promise<void>) =>
    it(name, { timeout: 60_000 }, async (context) => {
      if ('missing' in server) {
        if (process.env['CI']) throw new Error(server.missing);
        console.log(`skipped on ${label}: ${server.missing}`);
        return context.skip();
      }
      dir = mkdtempSync(join(tmpdir(), 'komainu-guard-db-'));
      blobs = memoryBlobs();
      db = await server.make(`shop${++made}`);
      await db.run(SCHEMA[db.kind]);
      await db.run(ROWS);
      await db.grant(PLAN);
      await test();
    });

  const sealIt = async (plan = PLAN) =>
    sealDatabase({
      root: ROOT,
      plan,
      open: db.open,
      shop: SHOP,
      by: 'test',
      blobs,
      out: join(dir, 'seal'),
      ...keys,
    });
  const seal = async (plan = PLAN) => {
    const made_ = await sealIt(plan);
    if (made_.kind !== 'sealed') throw new Error(JSON.stringify(made_));
    const opened = await openSeal({ dir: join(dir, 'seal'), publicKey: keys.publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    return { seal: opened.seal, weaknesses: made_.weaknesses };
  };
  const scan = async () => {
    const opened = await openSeal({ dir: join(dir, 'seal'), publicKey: keys.publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    const { reports } = await scanDatabase({ seal: opened.seal, open: db.open, guard: GUARD, blobs });
    return {
      changes: reports.flatMap((report) => report.changes),
      gaps: reports.flatMap((report) => report.gaps),
    };
  };
  const short = ({ kind, path, policy }: FileChange) => `${kind} ${policy} ${path}`;
  const body = (ref: string | null | undefined) => Buffer.from(blobs.map.get(ref ?? '') ?? '').toString();

  on('what is sealed is as sealed; every change of it is told, with its bytes', async () => {
    const { seal: made_, weaknesses } = await seal();
    expect(weaknesses.map(({ en }) => en).join()).toMatch(db.kind === 'sqlite' ? /may write/ : /^$/);
    expect([...made_.entries.keys()].filter((path) => !path.startsWith('@')).sort()).toEqual([
      'block/1/html',
      'block/1/name',
      'block/2/html',
      'block/2/name',
      'block/3/html',
      'setting/default,design/head/includes/value',
      'setting/stores\\x2c 1,payment/url/value',
    ]);
    expect(await scan()).toEqual({ changes: [], gaps: [] });
    await db.run(
      `UPDATE block SET html = '<p>ようこそ</p><script src="//evil.example/a.js"></script>' WHERE id = 1`,
    );
    await db.run(`UPDATE block SET name = 'x' WHERE id = 3`);
    await db.run(`UPDATE block SET html = NULL WHERE id = 3`);
    await db.run(`UPDATE block SET extra = ${binary(db, '00ff3c')} WHERE id = 2`);
    await db.run(`DELETE FROM setting WHERE path = 'payment/url'`);
    await db.run(`UPDATE setting SET value = '<b onclick=a()>' WHERE path = 'design/head/includes'`);
    await db.run(trigger[db.kind]);
    const { changes, gaps } = await scan();
    expect(gaps).toEqual([]);
    expect(changes.map(short).sort()).toEqual(
      [
        db.kind === 'postgres' ? 'added sealed @function/public.copycat()' : '',
        `added sealed @trigger/${db.kind === 'postgres' ? 'public.orders.' : ''}copycat`,
        'added sealed block/2/extra',
        'added sealed block/3/name',
        'changed no-exec setting/default,design/head/includes/value',
        'changed sealed block/1/html',
        'removed sealed block/3/html',
      ].filter((one) => one !== ''),
    );
    const html = changes.find(({ path }) => path === 'block/1/html');
    expect(body(html?.bodyBefore)).toBe('<p>ようこそ</p>');
    expect(body(html?.bodyAfter)).toContain('evil.example');
    // Also where not every change is told: what was there before can be shown and put back.
    const setting = changes.find(({ path }) => path.startsWith('setting/'));
    expect(setting?.bodyBefore).not.toBeNull();
    const extra = changes.find(({ path }) => path === 'block/2/extra');
    expect(extra?.after).toMatchObject({ type: 'binary', size: 3 });
    expect([...(blobs.map.get(extra?.bodyAfter ?? '') ?? [])]).toEqual([0, 255, 60]);
  });

  on('visitors are looked through, their honest words stay where they are', async () => {
    await seal();
    expect((await scan()).changes).toEqual([]);
    await db.run(`INSERT INTO orders VALUES
      (3, '<script src=//evil.example></script>', 'card 9999 0000 0000 0004 and 1234567890123', '2026-02-01 00:00:00'),
      (4, 'Hana', '&lt;img src=x onerror=a()&gt; 4111-1111-1111-1111', '2026-02-01 00:00:01')`);
    const { changes } = await scan();
    expect(changes.map(short).sort()).toEqual(['added visitor orders/3/name', 'added visitor orders/4/note']);
    const note = changes.find(({ path }) => path === 'orders/4/note');
    expect(body(note?.bodyAfter)).toBe('&lt;img src=x onerror=a()&gt; ****-****-****-****');
  });

  on('no column that may hold a card is read, and the account could not', async () => {
    const refused = await sealIt(
      DatabasePlan.parse({
        tables: [{ table: 'block', watch: 'sealed', key: ['id'], columns: ['cc_number'] }],
      }),
    );
    expect(refused).toMatchObject({ kind: 'card-column', message: { en: /block\.cc_number may hold card/ } });
    if (db.kind === 'sqlite') return;
    const open = await db.open();
    const select = `SELECT ${open.dialect.column('cc_number')} FROM ${open.dialect.table('block')}`;
    await expect(open.query(select)).rejects.toThrow(/denied/);
    const update = `UPDATE ${open.dialect.table('block')} SET ${open.dialect.column('name')} = 'x'`;
    await expect(open.query(update)).rejects.toThrow(/denied|read.only/i);
    await open.close();
  });

  on('what cannot be read is a gap, never silence and never "removed"', async () => {
    await seal();
    await db.run('ALTER TABLE block RENAME TO away');
    let { changes, gaps } = await scan();
    expect([changes, gaps.map(({ path }) => path)]).toEqual([[], ['block']]);
    await db.run(`CREATE VIEW block AS SELECT id, name, html, extra FROM away`);
    ({ changes, gaps } = await scan());
    expect(changes.map(({ path }) => path)).toEqual([expect.stringMatching(/^@view\/.*block$/)]);
    expect(gaps.map(({ path }) => path)).toEqual(['block']);
    expect(await sealIt()).toMatchObject({ kind: 'unreadable' });
  });

  on('long tables are read in pages, whatever the keys hold', async () => {
    const odd = [`it''s`, 'a"b', 'a`b', '%_', 'ファイル/ 名', '﷽', '; DROP TABLE block', '--', 'é', 'é'];
    await db.run(
      `INSERT INTO setting VALUES ${odd.map((key, n) => `('odd ${n}', '${key}', 'v')`).join(', ')}`,
    );
    for (let n = 0; n < 1_050; n += 150)
      await db.run(
        `INSERT INTO setting VALUES ${Array.from({ length: 150 }, (_, m) => `('s', 'k${n + m}', 'v${n + m}')`).join(', ')}`,
      );
    await db.run(`UPDATE setting SET value = '${'long '.repeat(50_000)}' WHERE path = 'k777'`);
    const { seal: made_ } = await seal();
    expect([...made_.entries.keys()].filter((path) => path.startsWith('setting/s,k'))).toHaveLength(1_050);
    expect(made_.entries.get('setting/s,k777/value')?.size).toBe(250_000);
    expect([...made_.entries.keys()].filter((path) => path.startsWith('setting/odd'))).toHaveLength(
      odd.length,
    );
    expect(await scan()).toEqual({ changes: [], gaps: [] });
  });

  /** A watch whose reports are collected; `known` and marks survive, as a restarted guard's do. */
  const known = new Map<string, string>();
  async function startWatch(reports: GuardReport[], more: { failing?: boolean } = {}) {
    const opened = await openSeal({ dir: join(dir, 'seal'), publicKey: keys.publicKey });
    if (opened.kind !== 'opened') throw new Error(opened.message.en);
    const started = watchDatabase({
      seal: opened.seal,
      guard: GUARD,
      blobs,
      open: async () => db.open(),
      data: join(dir, 'marks'),
      everyMs: 3_600_000,
      known,
      onReport: async (report) => {
        if (more.failing) throw new Error('no room');
        reports.push(report);
        for (const { path, after } of report.changes)
          known.set(
            path,
            after === null
              ? 'gone'
              : `${after.type}.${after.hash ?? ''}.${after.mode}.${after.uid}.${after.gid}`,
          );
      },
      onSettled: (paths) => paths.forEach((path) => known.delete(path)),
      onProblem: () => undefined,
    });
    watch = started;
    await started.ready;
    return started;
  }
  const told = (reports: readonly GuardReport[]) =>
    reports.flatMap((report) => report.changes).map(({ path }) => path);

  on(
    'a watch tells each change once, says when all is well again, and misses nothing while it is away',
    async () => {
      known.clear();
      await seal();
      const reports: GuardReport[] = [];
      let one = await startWatch(reports);
      expect(reports).toMatchObject([{ changes: [], gaps: [] }]);
      await db.run(`UPDATE block SET html = '<p>changed</p>' WHERE id = 1`);
      await db.run(`INSERT INTO orders VALUES (3, '<script>x</script>', '', '2026-02-01 00:00:00')`);
      await one.pass('stat');
      await one.pass('stat');
      await one.pass('hash');
      expect(told(reports).sort()).toEqual(['block/1/html', 'orders/3/name']);
      // Told, but the mark behind it is not on the disk: a crash in between.
      await one.close();
      rmSync(join(dir, 'marks'), { recursive: true });
      for (let id = 4; id < 400; id++)
        await db.run(
          `INSERT INTO orders VALUES (${id}, '${id % 50 === 0 ? '<iframe src=//e.example>' : 'honest'}', '', '2026-02-02 00:00:00')`,
        );
      // The row it told was changed and is worse; an old row was changed.
      await db.run(
        `UPDATE orders SET name = '<script>y</script>', updated = '2026-02-03 00:00:00' WHERE id = 3`,
      );
      await db.run(
        `UPDATE orders SET note = '<img onerror=x>', updated = '2026-02-03 00:00:00' WHERE id = 1`,
      );
      reports.length = 0;
      one = await startWatch(reports);
      const expected = [
        'orders/1/note',
        'orders/3/name',
        ...[50, 100, 150, 200, 250, 300, 350].map((id) => `orders/${id}/name`),
      ];
      expect(told(reports).sort()).toEqual(expected.sort());
      // A transaction that began earlier and ended now has an earlier time.
      reports.length = 0;
      await db.run(`INSERT INTO orders VALUES (1000, 'late', '<svg/onload=x>', '2026-02-02 12:00:00')`);
      await one.pass('stat');
      expect(told(reports)).toEqual(['orders/1000/note']);
      reports.length = 0;
      await db.run(`UPDATE block SET html = '<p>ようこそ</p>' WHERE id = 1`);
      await one.pass('stat');
      expect(reports).toMatchObject([{ changes: [], gaps: [] }]);
      await one.pass('hash');
      expect(reports).toHaveLength(1);
    },
  );

  on(
    'a database that is away is told once, and again when it is back; what happened meanwhile is found',
    async () => {
      known.clear();
      await seal();
      const reports: GuardReport[] = [];
      const away = { now: true };
      const { open } = db;
      db.open = async () => {
        if (away.now) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return open();
      };
      const one = await startWatch(reports);
      expect(one.lastBeat()).toBe(0);
      await one.pass('stat');
      expect(reports.map(({ changes, gaps }) => [changes.length, gaps.map(({ detail }) => detail)])).toEqual([
        [0, [expect.stringMatching(/cannot be read: connect ECONNREFUSED/)]],
      ]);
      await db.run(`INSERT INTO orders VALUES (3, '<script>x</script>', '', '2026-02-01 00:00:00')`);
      away.now = false;
      await one.pass('stat');
      expect(told(reports)).toEqual(['orders/3/name']);
      expect(reports.at(-1)).toMatchObject({ changes: [], gaps: [] });
      expect(Date.now() - one.lastBeat()).toBeLessThan(60_000);
      if (db.kind === 'sqlite') return;
      // An administrator's hand, or a restart of the server, in the middle of a session.
      reports.length = 0;
      await db.run(
        db.kind === 'mysql'
          ? `BEGIN NOT ATOMIC FOR c IN (SELECT id FROM information_schema.PROCESSLIST WHERE user = '${(db.config as { user: string }).user}') DO KILL c.id; END FOR; END`
          : `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${(db.config as { user: string }).user}'`,
      );
      await db.run(`UPDATE block SET html = 'x' WHERE id = 1`);
      await one.pass('stat');
      await one.pass('stat');
      expect(reports.flatMap(({ gaps }) => gaps)).toHaveLength(1);
      expect(told(reports)).toEqual(['block/1/html']);
    },
  );

  on('what could not be told is told later', async () => {
    known.clear();
    await seal();
    const reports: GuardReport[] = [];
    const more = { failing: false };
    const one = await startWatch(reports, more);
    reports.length = 0;
    more.failing = true;
    await db.run(`INSERT INTO orders VALUES (3, '<script>x</script>', '', '2026-02-01 00:00:00')`);
    await one.pass('stat');
    await db.run(`INSERT INTO orders VALUES (4, 'honest', '', '2026-02-01 00:00:01')`);
    await one.pass('stat');
    more.failing = false;
    await one.pass('stat');
    expect(told(reports)).toEqual(['orders/3/name']);
  });
});
