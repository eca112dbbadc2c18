import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FileChange, GuardReport } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { type Watch, watchRoot } from '../src/index.ts';
import { parseFanotify, parseInotify } from '../src/watch/sources/parse.ts';
import { openSource } from '../src/watch/sources/open-source.ts';
import { SOURCES, type SourceName } from '../src/watch/sources/source.ts';
import { GUARD, keys, makeWorld, type World } from './world.ts';

let world: World;
let watch: Watch | undefined;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  child = undefined;
  await watch?.close();
  watch = undefined;
  world.gone();
});

/** Sources that work here: fanotify wants root, and both native ones koffi. */
const works = new Map<SourceName, boolean>();
for (const name of SOURCES) {
  const { source, refused } = openSource(name, { changed: () => {}, lost: () => {} });
  works.set(name, source.name === name);
  if (refused.length > 0) {
    console.log(`not tested here: ${refused.join('; ')}`);
    if (process.env['CI']) throw new Error(`CI must have it: ${refused.join('; ')}`);
  }
  await source.close();
}

async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await sleep(5);
}

async function guarded(files: Record<string, string>, events: SourceName) {
  world = makeWorld(files);
  const seal = await world.seal();
  const reports: GuardReport[] = [];
  watch = watchRoot({
    seal,
    dir: world.dir,
    guard: GUARD,
    blobs: world.blobs,
    onReport: (report) => void reports.push(report),
    onProblem: () => {},
    reconcileMs: 3_600_000,
    events,
  });
  const start = await watch.ready;
  const changes = () => reports.flatMap((report) => report.changes);
  const last = (path: string): FileChange | undefined => changes().findLast((change) => change.path === path);
  return { start, changes, last };
}

describe.each(SOURCES)('events by %s', (name) => {
  const test = it.skipIf(works.get(name) !== true);

  test('tell of every alteration, wherever it comes from, without any pass', async () => {
    const names = ['write', 'over', 'mode', 'moved', 'gone'];
    const g = await guarded(Object.fromEntries(names.map((each) => [`d/${each}`, `good ${each}`])), name);
    expect(g.start).toMatchObject({ events: name, refused: [] });
    world.write('d/write', 'evil');
    for (const state of ['once', 'twice, and still seen']) {
      writeFileSync(join(world.base, 'over'), state);
      renameSync(join(world.base, 'over'), world.at('d/over'));
      await until(() => g.last('d/over')?.after?.size === state.length);
    }
    chmodSync(world.at('d/mode'), 0o777);
    renameSync(world.at('d/moved'), world.at('elsewhere'));
    renameSync(world.at('d/gone'), join(world.base, 'gone'));
    const raw = Buffer.concat([Buffer.from(`${world.dir}/d/`), Buffer.from([0xff, 0x0a, 0x31])]);
    writeFileSync(raw, 'raw');
    await until(() => ['d/write', 'd/mode', 'd/gone', 'd/\\xff\\n1'].every((path) => g.last(path)));
    await until(() => g.last('elsewhere') !== undefined);
    // New directories, made below, moved in, renamed; what happens in them afterwards counts.
    mkdirSync(world.at('n/e/w'), { recursive: true });
    world.write('../stage/deep/file', 'staged');
    renameSync(join(world.base, 'stage'), world.at('in'));
    renameSync(world.at('d'), world.at('renamed'));
    await until(() => ['n/e/w', 'in/deep/file', 'renamed/write'].every((path) => g.last(path)));
    world.write('n/e/w/late', 'late');
    world.write('in/deep/late', 'late');
    world.write('renamed/late', 'late');
    await until(() =>
      ['n/e/w/late', 'in/deep/late', 'renamed/late'].every((path) => g.last(path)?.after?.size === 4),
    );
  });

  test('name the process that did it, where the kernel does, and nobody else', async () => {
    const g = await guarded({ 'pay.php': 'good' }, name);
    const program = 'import time\nopen("pay.php","w").write("evil")\ntime.sleep(60)';
    const writer = spawn('python3', ['-c', program], { cwd: world.dir, stdio: 'ignore' });
    child = writer;
    await until(() => g.last('pay.php')?.after?.size === 4);
    const who = g.last('pay.php')?.who;
    if (name === 'fanotify') {
      expect(who).toMatchObject({ pid: writer.pid, uid: process.getuid?.() });
      expect(who?.command).toMatch(/python3 -c import time/);
      expect(who?.user).toBe(execFileSync('id', ['-un'], { encoding: 'utf8' }).trim());
    } else expect(who).toBeUndefined();
  });

  test('lose nothing when the kernel drops them: a burst while the guard is stopped', async () => {
    const many = 17_000;
    world = makeWorld({ 'd/first': '1' });
    await world.seal();
    const pub = join(world.base, 'pub.pem');
    writeFileSync(pub, keys.publicKey.export({ type: 'spki', format: 'pem' }));
    const guard = spawn(
      process.execPath,
      ['--conditions=source', join(import.meta.dirname, 'watch-child.ts'), world.dir, world.out, pub, name],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child = guard;
    const found = new Set<string>();
    const problems = new Set<string>();
    const gaps: string[] = [];
    let ready = false;
    createInterface({ input: guard.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as {
        changes?: string[];
        gaps?: { detail: string }[];
        problem?: { code: string };
        ready?: true;
      };
      for (const change of said.changes ?? []) found.add(change);
      for (const gap of said.gaps ?? []) gaps.push(gap.detail);
      if (said.problem) problems.add(said.problem.code);
      if (said.ready) ready = true;
    });
    await until(() => ready);
    guard.kill('SIGSTOP');
    for (let n = 0; n < many; n++) writeFileSync(world.at(`d/f${n}`), '');
    guard.kill('SIGCONT');
    await until(() => found.size >= many);
    if (name !== 'fs-watch') {
      expect([...problems]).toEqual(['events-lost']);
      expect(gaps[0]).toMatch(new RegExp(`${name} events overflowed; everything is compared again now`));
    }
  });
});

describe('events as the kernel writes them', () => {
  it('are read whatever the bytes are, and never past their end', () => {
    world = makeWorld();
    const inotify = Buffer.alloc(32);
    inotify.writeInt32LE(7, 0);
    inotify.writeUInt32LE(2, 4);
    inotify.writeUInt32LE(16, 12);
    inotify.write('a\\b', 16);
    expect(parseInotify(inotify)).toEqual({
      events: [{ directory: '7', name: 'a\\\\b', pid: 0 }],
      lost: false,
    });
    inotify.writeUInt32LE(0x4000, 4);
    expect(parseInotify(inotify)).toEqual({ events: [], lost: true });
    for (let size = 0; size < 32; size++) parseInotify(inotify.subarray(0, size));
    const fanotify = Buffer.alloc(64);
    fanotify.writeUInt32LE(64, 0);
    fanotify.writeUInt16LE(24, 6);
    fanotify.writeInt32LE(42, 20);
    fanotify.writeUInt8(2, 24);
    fanotify.writeUInt16LE(40, 26);
    fanotify.writeUInt32LE(8, 36);
    fanotify.write('name', 52);
    expect(parseFanotify(fanotify)).toMatchObject({ events: [{ name: 'name', pid: 42 }], lost: false });
    for (let at = 0; at < 64; at++)
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bent = Buffer.from(fanotify);
        bent[at] = value;
        expect(() => parseFanotify(bent)).not.toThrow(TypeError);
        for (let size = 0; size < 64; size += 7) parseFanotify(bent.subarray(0, size));
      }
  });
});
