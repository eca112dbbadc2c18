import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFileBlobs } from '@komainu/evidence';
import { instant } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardEvent, runGuard, type RunningGuard, type SealSigner, sealRoot } from '../src/index.ts';
import { startFakeServer, TOKEN } from './fake-server.ts';
import { GUARD, keys, makeWorld, ROOT_ID, SHOP, type World } from './world.ts';

let world: World;
let server: Awaited<ReturnType<typeof startFakeServer>>;
let guard: RunningGuard | undefined;
let guardian: ChildProcess | undefined;
afterEach(async () => {
  guardian?.kill('SIGKILL');
  await guard?.close();
  guard = undefined;
  await server.down().catch(() => undefined);
  world.gone();
});

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await sleep(5);
}

const start = async (more: Partial<Parameters<typeof runGuard>[0]> = {}) => {
  const events: GuardEvent[] = [];
  const result = await runGuard({
    server: server.url,
    token: TOKEN,
    guard: GUARD,
    shop: SHOP,
    roots: [{ root: ROOT_ID, dir: world.dir, seal: world.out }],
    publicKey: keys.publicKey,
    blobs: world.blobs,
    data: join(world.base, 'data'),
    heartbeatMs: 50,
    sealMs: 50,
    onEvent: (event) => events.push(event),
    ...more,
  });
  if (result.kind === 'refused') return { result, events };
  guard = result.guard;
  await guard.ready;
  return { result, events };
};
const spooled = () => readdirSync(join(world.base, 'data/spool/reports')).length;

describe('a running guard', () => {
  it('announces its seal, beats, and delivers a change with its bytes; then nothing is left in the spool', async () => {
    world = makeWorld({ 'pay.php': 'good', other: 'x' });
    server = await startFakeServer();
    await world.seal();
    const { events } = await start();
    await until(() => server.beats.length > 2 && server.beats.at(-1)?.watching.length === 1);
    expect(server.seals).toMatchObject([
      { root: ROOT_ID, release: readFileSync(join(world.out, 'RELEASE'), 'utf8') },
    ]);
    world.write('pay.php', 'evil');
    await until(() => server.changes().some((change) => change.after?.size === 4));
    const change = server.changes().at(-1);
    expect(server.blobs.get(change?.bodyBefore ?? '')?.toString()).toBe('good');
    expect(server.blobs.get(change?.bodyAfter ?? '')?.toString()).toBe('evil');
    await guard?.delivered();
    expect([guard?.pending(), spooled()]).toEqual([0, 0]);
    expect(events.filter((event) => event.event === 'noticed').at(-1)?.message).toMatch(/changed pay\.php/);
    const counts = server.beats.map((beat) => beat.count);
    await guard?.close();
    // Started again: the same difference is not told again, the count of heartbeats goes on.
    const before = server.reports.size;
    await start();
    await until(() => (server.beats.at(-1)?.count ?? 0) > (counts.at(-1) ?? 0) + 2);
    await guard?.pass('hash');
    expect(server.reports.size).toBe(before);
    await expect(start()).rejects.toMatchObject({ code: 'spool' });
  });

  it('keeps everything while the server is away, busy, or answers nothing, and doubles nothing', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    await world.seal();
    const { events } = await start();
    await guard?.delivered();
    await server.down();
    for (let n = 0; n < 20; n++) world.write(`away${n}`, `away ${n}`);
    await guard?.pass('stat');
    expect(spooled()).toBeGreaterThan(0);
    expect(events.some((event) => event.event === 'noticed')).toBe(true);
    server.state.mood = 'busy';
    await server.up();
    await sleep(300);
    server.state.mood = 'mute';
    await until(() => server.posts.length > 1);
    server.state.mood = 'fine';
    await guard?.delivered();
    const last = new Map(server.changes().map((change) => [change.path, change.bodyAfter]));
    for (let n = 0; n < 20; n++)
      expect(server.blobs.get(last.get(`away${n}`) ?? '')?.toString()).toBe(`away ${n}`);
    // Posted more than once, since answers were lost, but always under one id.
    expect(server.posts.length).toBeGreaterThan(server.reports.size);
    const states = server.changes().map((change) => `${change.path} ${change.after?.hash}`);
    expect(new Set(states).size).toBe(states.length);
    expect(spooled()).toBe(0);
  });

  it('is not stopped by a report the server will never take', async () => {
    world = makeWorld({ a: '1', b: '2' });
    server = await startFakeServer();
    await world.seal();
    await start();
    await guard?.delivered();
    server.state.mood = 'refusing';
    world.write('../x', 'evil');
    renameSync(join(world.base, 'x'), world.at('a'));
    await until(() => [...server.reports.values()].some((report) => report.gaps.length > 0));
    server.state.mood = 'fine';
    world.write('../x', 'other');
    renameSync(join(world.base, 'x'), world.at('b'));
    await until(() => server.changes().some((change) => change.path === 'b'));
    expect(readdirSync(join(world.base, 'data/spool/refused'))).toHaveLength(1);
  });

  it('follows a new seal, stays with the old one when the new is forged, and refuses one put back', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    await world.seal();
    const { events } = await start();
    await guard?.delivered();
    // A deploy: first the new seal, made where it was built, then the file.
    const built = makeWorld({ a: '2' });
    const deploy = async (signer: SealSigner = keys.signer) =>
      sealRoot({
        root: world.root,
        dir: built.dir,
        shop: SHOP,
        by: 'ci',
        blobs: world.blobs,
        out: world.out,
        publicKey: keys.publicKey,
        signer,
      });
    expect((await deploy()).kind).toBe('sealed');
    world.write('../x', '2');
    renameSync(join(world.base, 'x'), world.at('a'));
    await until(() => server.seals.length === 2);
    await guard?.ready;
    await guard?.pass('hash');
    await guard?.delivered();
    expect(server.changes().filter((change) => change.kind !== 'metadata')).toEqual([]);
    built.write('a', '3');
    await deploy({ sign: () => new Uint8Array(64) });
    await until(() => events.some((event) => event.event === 'seal' && event.level === 'error'));
    const gaps = () => [...server.reports.values()].flatMap((report) => report.gaps);
    await until(() => gaps().length > 0);
    expect(gaps()[0]?.detail).toMatch(/RELEASE\.sig/);
    await guard?.close();
    guard = undefined;
    // The first release put back: signed, but older than what was in force.
    for (const file of readdirSync(join(world.out, 'releases/000001')))
      writeFileSync(
        join(world.out, 'releases/000003', file),
        readFileSync(join(world.out, 'releases/000001', file)),
      );
    const { result } = await start();
    expect(result).toMatchObject({ kind: 'refused', root: ROOT_ID });
    built.gone();
  });

  it('goes on guarding by a seal whose time is up, and tells the server once', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    const expires = instant(Date.now() + 700);
    const { root, dir, blobs, out } = world;
    await sealRoot({ root, dir, shop: SHOP, by: 'ci', blobs, out, expires, ...keys });
    await start();
    const gaps = () => [...server.reports.values()].flatMap((report) => report.gaps);
    await until(() => gaps().length > 0);
    expect(gaps()).toEqual([{ path: null, detail: expect.stringContaining(`expired at ${expires}`) }]);
    world.write('a', 'evil');
    await until(() => server.changes().some((change) => change.path === 'a'));
    await sleep(150);
    expect(gaps()).toHaveLength(1);
  });

  it('is bounded while the server is away: the oldest reports are kept, and what found no room is told later', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    await world.seal();
    const { events } = await start({ maxSpool: 60_000 });
    await guard?.delivered();
    await server.down();
    const drop = (n: number) => {
      world.write('../x', `${n} `.repeat(500));
      renameSync(join(world.base, 'x'), world.at(`f${n}`));
    };
    const isFull = () => events.some(({ message }) => /report-failed: the spool is full/.test(message));
    let made = 0;
    while (!isFull()) {
      drop(made++);
      await sleep(5);
    }
    for (let n = 0; n < 20; n++) drop(made++);
    await guard?.pass('stat');
    const files = readdirSync(join(world.base, 'data/spool/reports'));
    const size = files.reduce(
      (sum, name) => sum + statSync(join(world.base, 'data/spool/reports', name)).size,
      0,
    );
    expect(size).toBeLessThanOrEqual(75_000);
    await server.up();
    await until(() => new Set(server.changes().map((change) => change.path)).size >= made);
    await guard?.delivered();
    const told = server.changes().map((change) => change.path);
    expect(told).toHaveLength(made);
    // The first came with their bytes; later ones say that theirs could not be kept, and that reports were.
    expect(server.changes().find((change) => change.path === 'f0')?.bodyAfter).not.toBeNull();
    const gaps = [...server.reports.values()].flatMap((report) => report.gaps.map(({ detail }) => detail));
    expect(gaps.some((detail) => /bytes could not be kept/.test(detail))).toBe(true);
    expect(gaps.some((detail) => /reports could not be kept while the spool was full/.test(detail))).toBe(
      true,
    );
  });

  it('delivers 10,000 findings of a long absence exactly once, killed three times on the way', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    const blobs = join(world.base, 'blobs');
    await sealRoot({
      root: world.root,
      dir: world.dir,
      shop: SHOP,
      by: 't',
      blobs: await openFileBlobs({ dir: blobs }),
      out: world.out,
      ...keys,
    });
    const settings = join(world.base, 'settings.json');
    const root = { root: ROOT_ID, dir: world.dir, seal: world.out };
    const key = keys.publicKey.export({ type: 'spki', format: 'pem' });
    const data = join(world.base, 'data');
    writeFileSync(settings, JSON.stringify({ server: server.url, root, data, blobs, key }));
    await server.down();
    const run = () => {
      const started = spawn(
        process.execPath,
        ['--conditions=source', join(import.meta.dirname, 'guard-child.ts'), settings],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      guardian = started;
      let said = '';
      started.stdout.on('data', (text: Buffer) => (said += text.toString()));
      const end = async () => {
        started.kill('SIGKILL');
        await new Promise((done) => started.once('exit', done));
      };
      return { said: () => said, end };
    };
    const MANY = 10_000;
    for (let at = 0; at < MANY; at += 2_500) {
      const one = run();
      await until(() => one.said().includes('ready'));
      for (let n = at; n < at + 2_500; n++) {
        // Whole at once: each has one state to be told.
        world.write('../x', `body ${n}`);
        renameSync(join(world.base, 'x'), world.at(`f${n}`));
      }
      // Killed in the midst of them, at another point each time.
      const lines = 1 + at / 2_500;
      await until(() => one.said().split('noticed ').length > lines);
      await one.end();
    }
    const last = run();
    await server.up();
    const told = () =>
      server.changes().filter((change) => change.after?.type === 'file' && change.kind === 'added');
    await until(() => new Set(told().map((change) => change.path)).size >= MANY && spooled() === 0);
    await last.end();
    const paths = told().map((change) => change.path);
    expect(paths).toHaveLength(MANY);
    expect(new Set(server.reports.keys()).size).toBe(server.reports.size);
    for (const change of told())
      expect(server.blobs.get(change.bodyAfter ?? '')?.toString()).toBe(`body ${change.path.split('f')[1]}`);
  }, 600_000);

  it('loses and doubles nothing over many kill -9, whatever the server does meanwhile', async () => {
    world = makeWorld({ a: '1' });
    server = await startFakeServer();
    const blobs = join(world.base, 'blobs');
    const sealed = await sealRoot({
      root: world.root,
      dir: world.dir,
      shop: SHOP,
      by: 't',
      blobs: await openFileBlobs({ dir: blobs }),
      out: world.out,
      ...keys,
    });
    expect(sealed.kind).toBe('sealed');
    const settings = join(world.base, 'settings.json');
    const root = { root: ROOT_ID, dir: world.dir, seal: world.out };
    const key = keys.publicKey.export({ type: 'spki', format: 'pem' });
    writeFileSync(
      settings,
      JSON.stringify({ server: server.url, root, data: join(world.base, 'data'), blobs, key }),
    );
    const child = () =>
      spawn(
        process.execPath,
        ['--conditions=source', join(import.meta.dirname, 'guard-child.ts'), settings],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );

    let made = 0;
    /** A whole file appears at once, so that each has one state to be told. */
    const drop = () => {
      world.write('../drop', `body ${made}`);
      renameSync(join(world.base, 'drop'), world.at(`f${made++}`));
    };
    /** A sealed file has many states, some of which no guard is there to see; the last one counts. */
    const alter = (round: number) => {
      world.write('../alter', `altered ${round}`);
      renameSync(join(world.base, 'alter'), world.at('a'));
    };
    const moods = ['fine', 'fine', 'mute', 'busy'] as const;
    const rounds = Number(process.env['KOMAINU_KILLS'] ?? 30);
    for (let round = 0; round < rounds; round++) {
      server.state.mood = moods[round % moods.length] ?? 'fine';
      drop();
      const started = child();
      guardian = started;
      const ended = new Promise((done) => started.once('exit', done));
      // From before it is ready to well after its deliveries: the moment moves by the round, not by a clock.
      const lines = round % 6;
      let seen = 0;
      await new Promise<void>((go) => {
        started.stdout.on('data', (text: Buffer) => {
          seen += text.toString().split('\n').length - 1;
          if (seen >= lines) go();
        });
        if (lines === 0) setTimeout(go, 20 * round);
      });
      alter(round);
      for (let n = 0; n < round % 5; n++) {
        drop();
        await sleep(Math.random() * 4);
      }
      started.kill('SIGKILL');
      await ended;
    }
    server.state.mood = 'fine';
    const survivor = child();
    guardian = survivor;
    await until(() => new Set(server.changes().map((change) => change.path)).size >= made + 1);
    // Whatever else it might still want to tell, it has had the time of a whole pass to do so.
    const beats = server.beats.length;
    await until(() => server.beats.length > beats + 20);
    survivor.kill('SIGKILL');
    await new Promise((done) => survivor.once('exit', done));
    const altered = server.changes().filter((change) => change.path === 'a');
    expect(server.blobs.get(altered.at(-1)?.bodyAfter ?? '')?.toString()).toBe(`altered ${rounds - 1}`);
    expect(new Set(altered.map((change) => change.after?.hash)).size).toBe(altered.length);
    const added = server.changes().filter((change) => change.path !== 'a');
    const told = added.map((change) => `${change.kind} ${change.path}`);
    expect(told.sort()).toEqual(Array.from({ length: made }, (_, n) => `added f${n}`).sort());
    for (const change of added)
      expect(server.blobs.get(change.bodyAfter ?? '')?.toString()).toBe(`body ${change.path.slice(1)}`);
    const counts = server.beats.map((beat) => beat.count);
    expect(new Set(counts).size).toBe(counts.length);
    rmSync(settings);
    // Thirty starts of a process: on a busy machine that takes its time.
  }, 900_000);
});
