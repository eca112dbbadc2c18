import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Root } from '@komainu/model';
import { openFileBlobs } from '@komainu/evidence';
import { afterEach, describe, expect, it } from 'vitest';
import {
  callToStandAgain,
  type GuardEvent,
  runGuard,
  type RunningGuard,
  sealRoot,
  watchRoot,
} from '../src/index.ts';
import { startFakeServer, TOKEN } from './fake-server.ts';
import { GUARD, keys, makeWorld, ROOT_ID, SHOP, type World } from './world.ts';

let world: World;
let server: Awaited<ReturnType<typeof startFakeServer>>;
let guard: RunningGuard | undefined;
let child: ChildProcess | undefined;
let rewriting: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(rewriting);
  child?.kill('SIGKILL');
  await guard?.close();
  guard = undefined;
  await server.down().catch(() => undefined);
  world.gone();
});

const RESTORE: Root['responses'] = [{ glob: '**', response: 'restore' }];

async function until(holds: () => boolean): Promise<void> {
  // A generous end, so that what never comes fails one test; never what is measured.
  for (let n = 0; n < 6_000; n++) {
    if (holds()) return;
    await sleep(5);
  }
  throw new Error(`never: ${String(holds)}`);
}
const read = (path: string) => {
  try {
    return readFileSync(world.at(path), 'utf8');
  } catch {
    return null;
  }
};
/** Whole at once, so that each write is one change. */
const swap = (path: string, bytes: string) => {
  writeFileSync(join(world.base, 'tmp'), bytes);
  renameSync(join(world.base, 'tmp'), world.at(path));
};
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
  if (result.kind === 'refused') throw new Error(result.message.en);
  guard = result.guard;
  await guard.ready;
  return events;
};
const kinds = () =>
  server.done().map((act) => `${act.kind} ${'path' in act && act.path !== null ? act.path : '*'}`);

describe('a guard that acts', () => {
  it('puts back what is sealed and takes away what is not, keeps both first, and tells after the report', async () => {
    world = makeWorld({ 'pay.php': 'good', 'img/a.png': 'png' }, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    await start();
    swap('pay.php', 'evil');
    mkdirSync(world.at('new/deep'), { recursive: true });
    swap('new/deep/shell.php', 'shell');
    rmSync(world.at('img'), { recursive: true });
    await until(
      () => read('pay.php') === 'good' && !existsSync(world.at('new')) && read('img/a.png') === 'png',
    );
    await guard?.pass('hash');
    await guard?.delivered();
    expect(new Set(kinds())).toEqual(
      new Set([
        'restored pay.php',
        'quarantined new/deep/shell.php',
        'quarantined new/deep',
        'quarantined new',
        'restored img',
        'restored img/a.png',
      ]),
    );
    const kept = server
      .done()
      .map((act) => (act.kind === 'restored' ? act.replaced : act.kind === 'quarantined' ? act.body : null))
      .flatMap((ref) => server.blobs.get(ref ?? '')?.toString() ?? []);
    expect(kept.sort()).toEqual(['evil', 'shell']);
    const was = server.done().find((act) => act.kind === 'quarantined' && act.path.endsWith('shell.php'));
    expect(was).toMatchObject({ was: { type: 'file', size: 5, uid: process.getuid?.() ?? 0 } });
    // Every act names the report it is about, which the server had first (the fake refuses it otherwise).
    expect([...server.acts.values()].every((told) => told.about !== null)).toBe(true);
    expect([...server.reports.values()].at(-1)).toMatchObject({ changes: [], gaps: [] });
  });

  it('does as each path says: tells only, takes away only, and in uploads only what could run', async () => {
    world = makeWorld(
      { 'conf.php': '1', 'lib/a.php': '1' },
      [{ glob: 'up/**', policy: 'no-exec' }],
      [
        { glob: 'conf.php', response: 'alert' },
        { glob: 'lib/**', response: 'quarantine' },
        { glob: '**', response: 'restore' },
      ],
    );
    mkdirSync(world.at('up'));
    server = await startFakeServer();
    await world.seal();
    await start({ isMisplaced: (path, bytes) => path.endsWith('.php') || /<\?php/.test(String(bytes)) });
    swap('conf.php', 'x');
    swap('lib/a.php', 'x');
    swap('lib/b.php', 'x');
    swap('up/photo.png', 'a photo');
    swap('up/shell.png', 'GIF89a<?php ');
    swap('up/shell.php', 'x');
    await until(
      () => read('lib/b.php') === null && read('up/shell.png') === null && read('up/shell.php') === null,
    );
    await guard?.pass('hash');
    await guard?.delivered();
    expect([read('conf.php'), read('lib/a.php'), read('up/photo.png')]).toEqual(['x', 'x', 'a photo']);
    expect(kinds().sort()).toEqual([
      'quarantined lib/b.php',
      'quarantined up/shell.php',
      'quarantined up/shell.png',
    ]);
  });

  it('takes away what is named and looks like a restore under way, once it stays', async () => {
    world = makeWorld({ a: 'good' }, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    await start();
    const name = `.komainu-${'0'.repeat(24)}`;
    world.write(name, 'good');
    chmodSync(world.at(name), 0o600);
    await until(() => read(name) === null);
    await guard?.delivered();
    expect(kinds()).toEqual([`quarantined ${name}`]);
  });

  it('never acts on owner or mode alone unless told', async () => {
    for (const metadata of [false, true]) {
      world = makeWorld({ a: '1' }, [], [{ glob: '**', response: 'restore', metadata }]);
      server = await startFakeServer();
      await world.seal();
      const mode = statSync(world.at('a')).mode & 0o7777;
      await start();
      chmodSync(world.at('a'), 0o777);
      await until(() => server.changes().some((change) => change.kind === 'metadata'));
      if (metadata) await until(() => (statSync(world.at('a')).mode & 0o7777) === mode);
      await guard?.pass('hash');
      await guard?.delivered();
      expect(statSync(world.at('a')).mode & 0o7777).toBe(metadata ? mode : 0o777);
      expect(kinds()).toEqual(metadata ? ['restored a'] : []);
      if (!metadata) {
        await guard?.close();
        await server.down();
        world.gone();
      }
    }
  });

  it('stops when somebody undoes it every 20 ms, says that it is a fight, and goes on when a person says so', async () => {
    world = makeWorld({ a: 'good', b: 'good' }, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    const events = await start();
    rewriting = setInterval(() => swap('a', 'evil'), 20);
    await until(() => events.some((event) => event.event === 'stood-down'));
    await sleep(100);
    await guard?.delivered();
    expect(kinds().filter((kind) => kind === 'restored a')).toHaveLength(5);
    expect(server.done().find((act) => act.kind === 'stood-down')).toMatchObject({
      looksLike: 'fight',
      path: 'a',
    });
    // Only there: another path is still put back.
    swap('b', 'evil');
    await until(() => read('b') === 'good');
    clearInterval(rewriting);
    // A restart is no person.
    await guard?.close();
    await start();
    swap('a', 'other');
    await until(() => server.changes().some((change) => change.path === 'a' && change.after?.size === 5));
    await guard?.delivered();
    expect(read('a')).toBe('other');
    await callToStandAgain(join(world.base, 'data'), ROOT_ID, '佐藤');
    await until(() => read('a') === 'good');
    await guard?.delivered();
    expect(server.done().find((act) => act.kind === 'stands-again')).toMatchObject({ by: '佐藤' });
  });

  it('takes a burst of 2,000 for a deploy: stops, says so once, and a new release settles it', async () => {
    const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`f${n}`, `old ${n}`]));
    world = makeWorld(files, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    const events = await start();
    for (let n = 0; n < 2_000; n++) swap(`f${n}`, `new ${n}`);
    await until(() => events.some((event) => event.event === 'stood-down'));
    await guard?.pass('hash');
    await guard?.delivered();
    const downs = server.done().filter((act) => act.kind === 'stood-down');
    expect(downs).toMatchObject([{ looksLike: 'deploy', path: null }]);
    const putBack = kinds().filter((kind) => kind.startsWith('restored')).length;
    expect(putBack).toBeLessThanOrEqual(100);
    const isNew = () =>
      Array.from({ length: 2_000 }, (_, n) => n).filter((n) => read(`f${n}`) === `new ${n}`);
    expect(isNew().length).toBe(2_000 - putBack);
    // The release follows: sealed where it was built. What was put back meanwhile becomes as the release says.
    const built = makeWorld(
      Object.fromEntries(Object.keys(files).map((name) => [name, `new ${name.slice(1)}`])),
    );
    await sealRoot({ ...of(world), dir: built.dir });
    await until(() => server.seals.length === 2);
    await until(() => isNew().length === 2_000 || putBack === 0);
    await guard?.ready;
    await guard?.pass('hash');
    await guard?.delivered();
    expect(isNew().length).toBe(2_000);
    // And from here it acts again.
    swap('f7', 'evil');
    await until(() => read('f7') === 'new 7');
    built.gone();
  });

  it('lets a release that is signed first be deployed at leisure, by a swapped link too', async () => {
    world = makeWorld({ 'r1/a': '1', 'r1/b': '1', 'r1/c': '1', 'r2/a': '2', 'r2/b': '2', 'r2/c': '1' });
    server = await startFakeServer();
    const live = join(world.base, 'live');
    symlinkSync(world.at('r1'), live);
    const root: Root = { id: ROOT_ID, path: live, policies: [], responses: RESTORE ?? [] };
    const sealed = { ...of(world), root };
    await sealRoot({ ...sealed, dir: world.at('r1') });
    await start({ roots: [{ root: ROOT_ID, dir: live, seal: world.out }] });
    await sealRoot({ ...sealed, dir: world.at('r2') });
    await until(() => server.seals.length === 2);
    await guard?.ready;
    await guard?.pass('hash');
    await guard?.delivered();
    // Told, and not "repaired" in the old directory.
    expect([read('r1/a'), read('r1/b')]).toEqual(['1', '1']);
    symlinkSync(world.at('r2'), `${live}.new`);
    renameSync(`${live}.new`, live);
    await until(() => [...server.reports.values()].at(-1)?.changes.length === 0);
    await guard?.delivered();
    expect(kinds()).toEqual([]);
    swap('r2/c', 'evil');
    await until(() => read('r2/c') === '1');
    await guard?.pass('stat');
    await guard?.delivered();
    // Swapped back with no release: a deploy that nobody signed. Nothing is written there.
    symlinkSync(world.at('r1'), `${live}.new`);
    renameSync(`${live}.new`, live);
    await until(() => server.done().some((act) => act.kind === 'stood-down'));
    await guard?.delivered();
    expect([read('r1/a'), kinds().at(-1)]).toEqual(['1', 'stood-down *']);
  });

  it('is not led elsewhere by a directory swapped for a link between the look and the act', async () => {
    world = makeWorld({ 'd/a': 'good' }, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    const outside = join(world.base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'a'), 'precious');
    writeFileSync(join(outside, 'x'), 'precious');
    await start();
    for (let n = 0; n < 3; n++) {
      swap('d/a', `evil ${n}`);
      renameSync(world.at('d'), join(world.base, `aside${n}`));
      symlinkSync(outside, world.at('d'));
      await guard?.pass('stat');
      await until(() => statSync(world.at('d')).ino !== statSync(outside).ino && read('d/a') === 'good');
    }
    await guard?.delivered();
    expect(readdirSync(outside).sort()).toEqual(['a', 'x']);
    expect(readFileSync(join(outside, 'a'), 'utf8')).toBe('precious');
  });

  it('acts alone while the server is away, and tells everything once when it is back', async () => {
    world = makeWorld({ a: 'good' }, [], RESTORE);
    server = await startFakeServer();
    await world.seal();
    await start();
    await guard?.delivered();
    await server.down();
    for (let n = 0; n < 3; n++) {
      swap('a', `evil ${n}`);
      await until(() => read('a') === 'good');
      await guard?.pass('stat');
    }
    server.state.mood = 'mute';
    await server.up();
    await until(() => server.posts.length > 1);
    server.state.mood = 'fine';
    await guard?.delivered();
    expect(kinds()).toEqual(['restored a', 'restored a', 'restored a']);
    // A slow machine may notice a restored file once more, for its times: that is told apart. What was put there while
    // the guard was still noting its act is told once more, since it might be the same again.
    const altered = server.changes().filter(({ kind }) => kind === 'changed');
    const told = altered.map(({ bodyAfter }) => server.blobs.get(bodyAfter ?? '')?.toString());
    expect(told.filter((text, n) => text !== told[n - 1])).toEqual(['evil 0', 'evil 1', 'evil 2']);
  });

  it('halts by a program with a fixed line and by a file, tells what came of it, and is not held up by it', async () => {
    const mark = '/bin/sh';
    for (const [localHalt, expected] of [
      [
        { kind: 'command', argv: [mark, '-c', 'test -z "$KOMAINU_TOKEN"', '$(touch x)'], seconds: 10 },
        'halted',
      ],
      [{ kind: 'command', argv: [mark, '-c', 'echo no >&2; exit 3'], seconds: 10 }, 'failed'],
      [{ kind: 'command', argv: [mark, '-c', 'sleep 100 & sleep 100'], seconds: 1 }, 'failed'],
      [{ kind: 'command', argv: ['/nowhere/halt'], seconds: 1 }, 'failed'],
      [{ kind: 'file', path: '' }, 'halted'],
    ] as const) {
      world = makeWorld(
        { pay: 'good', b: 'good' },
        [],
        [{ glob: 'pay', response: 'halt' }, ...(RESTORE ?? [])],
      );
      server = await startFakeServer();
      await world.seal();
      const file = join(world.base, 'halted');
      process.env['KOMAINU_TOKEN'] = 'secret';
      await start({ localHalt: localHalt.kind === 'file' ? { kind: 'file', path: file } : localHalt });
      swap('pay', 'evil');
      await until(() => server.changes().length > 0);
      swap('b', 'evil');
      await until(() => read('b') === 'good');
      await until(() => server.done().some((act) => act.kind === expected));
      delete process.env['KOMAINU_TOKEN'];
      expect(read('pay')).toBe('evil');
      if (localHalt.kind === 'file') expect(readFileSync(file, 'utf8')).toMatch(/^halted by komainu/);
      else {
        await guard?.close();
        await server.down();
        world.gone();
      }
    }
  });

  it('loses and doubles no act over kill -9 at every moment between report, act and outcome', async () => {
    world = makeWorld({}, [], RESTORE);
    const names = Array.from({ length: Number(process.env['KOMAINU_KILLS'] ?? 16) }, (_, n) => `f${n}`);
    for (const name of names) world.write(name, 'good');
    server = await startFakeServer();
    const blobs = join(world.base, 'blobs');
    await sealRoot({ ...of(world), blobs: await openFileBlobs({ dir: blobs }) });
    const settings = join(world.base, 'settings.json');
    const key = keys.publicKey.export({ type: 'spki', format: 'pem' });
    const root = { root: ROOT_ID, dir: world.dir, seal: world.out };
    writeFileSync(
      settings,
      JSON.stringify({ server: server.url, root, data: join(world.base, 'data'), blobs, key }),
    );
    const run = () => {
      const started = spawn(
        process.execPath,
        ['--conditions=source', join(import.meta.dirname, 'guard-child.ts'), settings],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      child = started;
      return { started, ended: new Promise((done) => started.once('exit', done)) };
    };
    for (const [round, name] of names.entries()) {
      server.state.mood = (['fine', 'mute', 'busy'] as const)[round % 3] ?? 'fine';
      const { started, ended } = run();
      let said = '';
      started.stdout.on('data', (text: Buffer) => (said += text.toString()));
      await until(() => said.includes('ready'));
      swap(name, `evil ${name}`);
      // From the moment it is noticed to some time after it was told, in steps no clock decides.
      const moment = ['', 'noticed', 'acted', 'delivered'][round % 4] ?? '';
      if (moment !== 'delivered' || server.state.mood === 'fine') await until(() => said.includes(moment));
      await sleep(round % 5);
      started.kill('SIGKILL');
      await ended;
    }
    server.state.mood = 'fine';
    const { started, ended } = run();
    const told = () => kinds().filter((kind) => kind.startsWith('restored'));
    await until(() => names.every((name) => read(name) === 'good') && new Set(told()).size === names.length);
    await until(() => readdirSync(world.dir).every((name) => !name.startsWith('.komainu-')));
    const beats = server.beats.length;
    await until(() => server.beats.length > beats + 20);
    started.kill('SIGKILL');
    await ended;
    expect(told().sort()).toEqual(names.map((name) => `restored ${name}`).sort());
    for (const act of server.done())
      if (act.kind === 'restored') {
        expect(server.blobs.get(act.replaced ?? '')?.toString()).toBe(`evil ${act.path}`);
        expect(act.was?.size).toBe(`evil ${act.path}`.length);
      }
    // A guard that was killed while it wrote left a file of its own behind, which the next restore of that path used up.
    const changed = server.changes().flatMap(({ path }) => (path.startsWith('.komainu-') ? [] : [path]));
    expect(changed.sort()).toEqual([...names].sort());
    expect(readdirSync(world.dir).sort()).toEqual([...names].sort());
  }, 600_000);
});

it('keeps a report until what came of it is kept too, whatever the server has by then', async () => {
  world = makeWorld({ pay: 'good' }, [], [{ glob: 'pay', response: 'halt' }]);
  server = await startFakeServer();
  await world.seal();
  const gate = join(world.base, 'gate');
  const script = `while [ ! -e ${gate} ]; do sleep 0.05; done`;
  await start({ localHalt: { kind: 'command', argv: ['/bin/sh', '-c', script], seconds: 60 } });
  await guard?.delivered();
  swap('pay', 'evil');
  await until(() => server.changes().length === 1);
  // The server has it, and so would a guard that were killed now: only this keeps the halt from being forgotten.
  await sleep(300);
  expect([guard?.pending(), server.done()]).toEqual([1, []]);
  writeFileSync(gate, '');
  await guard?.delivered();
  await until(() => server.done().length === 1);
  expect(guard?.pending()).toBe(0);
});

it('tells anew what stands where the guard has just acted, though it is the same as was told before', async () => {
  world = makeWorld({ a: 'good' });
  server = await startFakeServer();
  const told: string[] = [];
  const watch = watchRoot({
    seal: await world.seal(),
    dir: world.dir,
    guard: GUARD,
    blobs: world.blobs,
    onReport: ({ changes }) => void told.push(...changes.map(({ kind, path }) => `${kind} ${path}`)),
    onProblem: () => undefined,
  });
  await watch.ready;
  swap('a', 'evil');
  await until(() => told.length === 1);
  await watch.pass('hash');
  expect(told).toEqual(['changed a']);
  // Put back and altered again with the same bytes before the watch had looked: it never saw it as sealed.
  watch.putRight?.(['a']);
  await until(() => told.length === 2);
  expect(told).toEqual(['changed a', 'changed a']);
  await watch.close();
});

function of(from: World) {
  return {
    root: from.root,
    dir: from.dir,
    shop: SHOP,
    by: 'ci',
    blobs: from.blobs,
    out: from.out,
    ...keys,
  };
}
