import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BlobRef, type FileChange, GuardReport, type Root } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import {
  digestsOf,
  openSeal,
  type Watch,
  type WatchOptions,
  type WatchProblem,
  watchRoot,
} from '../src/index.ts';
import { GUARD, keys, makeWorld, type World } from './world.ts';

let world: World;
let watch: Watch | undefined;
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  world.gone();
});

const HOUR = 3_600_000;

/** Seals and watches; the reconcile is out of the way unless a test asks for a pass. */
async function guarded(
  files: Record<string, string>,
  policies: Root['policies'] = [],
  more: Partial<WatchOptions> = {},
  prepare: (made: World) => void = () => {},
) {
  world = makeWorld(files, policies);
  const seal = await world.seal();
  prepare(world);
  const reports: GuardReport[] = [];
  const problems: WatchProblem[] = [];
  watch = watchRoot({
    seal,
    dir: world.dir,
    guard: GUARD,
    blobs: world.blobs,
    onReport: (report) => void reports.push(GuardReport.parse(report)),
    onProblem: (problem) => problems.push(problem),
    reconcileMs: HOUR,
    ...more,
  });
  const start = await watch.ready;
  const changes = () => reports.flatMap((report) => report.changes);
  return {
    reports,
    problems,
    start,
    changes,
    brief: () => changes().map((c) => `${c.kind} ${c.from ? `${c.from} > ` : ''}${c.path}`),
    gaps: () => reports.flatMap((report) => report.gaps),
    pass: async (kind: 'stat' | 'hash') => watch?.pass(kind),
    last: (path: string) => changes().findLast((change) => change.path === path),
    text: async (ref: BlobRef | null | undefined) =>
      Buffer.from(await world.blobs.get(ref as BlobRef)).toString(),
  };
}

/** Waits for what must come; the test's own limit is the only clock. */
async function until(true_: () => boolean): Promise<void> {
  while (!true_()) await sleep(5);
}

describe('a watch', () => {
  it('first says that all is as sealed, then each alteration with the bytes before and after, and once', async () => {
    const g = await guarded({ 'pay.php': 'good', 'b/c': 'x' });
    expect(g.start).toMatchObject({ paths: 4, directories: 2 });
    expect(g.reports).toMatchObject([{ changes: [], gaps: [] }]);
    renameSync((world.write('../new', 'evil'), join(world.base, 'new')), world.at('pay.php'));
    await until(() => g.changes().length === 1);
    const [change] = g.changes();
    expect(change).toMatchObject({ kind: 'changed', path: 'pay.php', policy: 'sealed' });
    expect(await g.text(change?.bodyBefore)).toBe('good');
    expect(await g.text(change?.bodyAfter)).toBe('evil');
    utimesSync(world.at('pay.php'), 5, 5);
    await g.pass('hash');
    expect(g.changes()).toHaveLength(1);
    // Back as sealed: a report without changes; then the same alteration is a new one.
    world.write('pay.php', 'good');
    await until(() => g.reports.at(-1)?.changes.length === 0);
    world.write('pay.php', 'evil');
    await until(() => g.last('pay.php')?.after?.size === 4 && g.reports.at(-1)?.changes.length === 1);
    expect(g.gaps()).toEqual([]);
  });

  it('sees by events alone: write, truncate, rename over, timestomp, chmod, link swap, dot file in a new deep directory', async () => {
    const names = ['write', 'truncate', 'over', 'stomp', 'mode', 'swap', 'gone', 'moved', 'held'];
    const g = await guarded(Object.fromEntries(names.map((name) => [`d/${name}`, `original ${name}`])));
    const { atime, mtime } = statSync(world.at('d/stomp'));
    world.write('d/write', 'evil');
    truncateSync(world.at('d/truncate'), 3);
    world.write('../over', 'evil over');
    renameSync(join(world.base, 'over'), world.at('d/over'));
    world.write('d/stomp', 'Original stomp');
    utimesSync(world.at('d/stomp'), atime, mtime);
    chmodSync(world.at('d/mode'), 0o777);
    rmSync(world.at('d/swap'));
    symlinkSync('/etc/hostname', world.at('d/swap'));
    rmSync(world.at('d/gone'));
    renameSync(world.at('d/moved'), world.at('moved-away'));
    mkdirSync(world.at('n/e/w'), { recursive: true });
    world.write('n/e/w/.hidden.php', '<?php');
    const want = {
      'd/write': 'changed',
      'd/truncate': 'changed',
      'd/over': 'changed',
      'd/stomp': 'changed',
      'd/mode': 'metadata',
      'd/swap': 'changed',
      'd/gone': 'removed',
      'moved-away': 'renamed',
      n: 'added',
      'n/e': 'added',
      'n/e/w': 'added',
      'n/e/w/.hidden.php': 'added',
    };
    await until(
      () => Object.keys(want).every((path) => g.last(path)) && g.last('n/e/w/.hidden.php')?.after?.size === 5,
    );
    await g.pass('stat');
    // The two halves of a move are one change where they are found together; on a busy machine they may not be.
    const apart = g.last('moved-away')?.kind === 'added';
    if (apart) expect(g.last('d/moved')?.kind).toBe('removed');
    else expect(g.last('moved-away')?.from).toBe('d/moved');
    expect(Object.fromEntries(Object.keys(want).map((path) => [path, g.last(path)?.kind]))).toEqual({
      ...want,
      ...(apart ? { 'moved-away': 'added' } : {}),
    });
    expect(await g.text(g.last('d/stomp')?.bodyAfter)).toBe('Original stomp');
    // Replaced once by rename, still seen afterwards (Node's own recursive watch is blind from here on).
    world.write('d/over', 'evil again');
    await until(() => g.last('d/over')?.after?.size === 10);
  });

  it('finds by reconcile what no event tells: a hard link from outside, a mapped write', async () => {
    const g = await guarded({ linked: 'linked original', mapped: 'mapped original' }, [], {}, (w) =>
      linkSync(w.at('linked'), join(w.base, 'outside')),
    );
    writeFileSync(join(world.base, 'outside'), 'evil by link');
    const map = 'import mmap\nf=open("mapped","r+b")\nm=mmap.mmap(f.fileno(),0)\nm[0:4]=b"EVIL"\nm.close()';
    execFileSync('python3', ['-c', map], { cwd: world.dir });
    await g.pass('stat');
    expect(g.brief().sort()).toEqual(['changed linked', 'changed mapped']);
    expect(await g.text(g.last('linked')?.bodyAfter)).toBe('evil by link');
    expect(await g.text(g.last('mapped')?.bodyAfter)).toBe('EVILed original');
  });

  it('reports what was changed while it was down, and not what it had reported before', async () => {
    const known: (readonly [string, string])[] = [];
    const g = await guarded({ a: '1', b: '2', c: '3' }, [], {}, (w) => {
      w.write('a', 'x');
      rmSync(w.at('b'));
    });
    expect(g.brief()).toEqual(['changed a', 'removed b']);
    for (const change of g.changes())
      known.push(...digestsOf(change).flatMap(([path, digest]) => (digest ? [[path, digest] as const] : [])));
    await watch?.close();
    world.write('c', 'y');
    const reports: GuardReport[] = [];
    const settled: string[] = [];
    world.write('b', '2');
    const opened = await openSeal({ dir: world.out, publicKey: keys.publicKey });
    if (opened.kind !== 'opened') throw new Error('refused');
    watch = watchRoot({
      seal: opened.seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
      known,
      onReport: (report) => void reports.push(report),
      onSettled: (paths) => void settled.push(...paths),
      onProblem: () => {},
    });
    await watch.ready;
    expect(reports.flatMap((report) => report.changes.map((change) => change.path))).toEqual(['c']);
    expect(settled).toEqual(['b']);
  });

  it('says as sealed beside uploads that came since, and tells when one of them goes', async () => {
    const rules = [{ glob: 'up/**', policy: 'no-exec' as const }];
    const g = await guarded({ a: '1', 'up/old.png': 'old' }, rules, {}, (w) => w.write('up/before.png', 'b'));
    expect(g.brief()).toEqual(['added up/before.png']);
    expect(g.reports.at(-1)).toMatchObject({ changes: [], gaps: [] });
    world.write('up/new.png', 'new');
    world.write('up/old.png', 'not the old one');
    await until(() => g.last('up/new.png')?.after?.size === 3 && g.last('up/old.png')?.after?.size === 15);
    const told = g.reports.length;
    // What is sealed in that folder still counts.
    await g.pass('hash');
    expect(g.reports).toHaveLength(told);
    world.write('up/old.png', 'old');
    await until(() => g.reports.at(-1)?.changes.length === 0);
    rmSync(world.at('up/new.png'));
    await until(() => g.last('up/new.png')?.kind === 'removed');
    expect(g.last('up/new.png')).toMatchObject({ before: null, after: null });
    const all = g.brief().length;
    await g.pass('hash');
    expect(g.brief()).toHaveLength(all);
  });

  it('notes a file that was altered and put back before it could be read, unless a backup only linked it', async () => {
    const g = await guarded({ a: 'same', b: 'same too', c: 'c' });
    // In place: a write that truncates first may be seen empty, and that is another story.
    const fd = openSync(world.at('a'), 'r+');
    writeSync(fd, 'same', 0);
    closeSync(fd);
    await until(() => g.changes().length === 1);
    const [note] = g.changes();
    expect(note).toMatchObject({ kind: 'metadata', path: 'a' });
    expect(note?.after?.hash).toBe(note?.before?.hash);
    linkSync(world.at('b'), join(world.base, 'backup'));
    await g.pass('stat');
    expect(g.changes()).toHaveLength(1);
    expect(g.reports.at(-1)?.changes).toHaveLength(1);
    // When every byte has been read again, all is well.
    await g.pass('hash');
    expect(g.reports.at(-1)).toMatchObject({ changes: [], gaps: [] });
    expect(g.changes()).toHaveLength(1);
  });

  it('loses nothing of 2,000 files in 40 new directories, nor of 500 in a tree moved in, while the main thread is blocked', async () => {
    const g = await guarded({ a: '1' });
    for (let n = 0; n < 500; n++) world.write(`../stage/s${n % 10}/deep/f${n}`, `moved ${n}`);
    for (let n = 0; n < 2_000; n++) world.write(`new/d${n % 40}/f${n}`, `burst ${n}`);
    renameSync(join(world.base, 'stage'), world.at('stage'));
    const blockedUntil = Date.now() + 1_500;
    while (Date.now() < blockedUntil);
    const seen = () =>
      new Map(g.changes().flatMap((c) => (c.after?.type === 'file' ? [[c.path, c.bodyAfter]] : [])));
    await until(() => seen().size >= 2_500);
    for (const report of g.reports) expect(report.changes.length).toBeLessThanOrEqual(200);
    for (let n = 0; n < 2_000; n += 97)
      expect(await g.text(seen().get(`new/d${n % 40}/f${n}`))).toBe(`burst ${n}`);
    // The moved tree is still watched at its new place.
    world.write('stage/s3/deep/late', 'late');
    await until(() => g.last('stage/s3/deep/late')?.after?.size === 4);
    expect(g.gaps()).toEqual([]);
  });

  it('keeps the newest state of a file that is overwritten 600 times', async () => {
    const g = await guarded({ a: 'start' });
    for (let n = 0; n < 600; n++) world.write('a', `state ${n}`);
    await until(() => g.last('a')?.after?.size === 'state 599'.length);
    await g.pass('stat');
    expect(await g.text(g.last('a')?.bodyAfter)).toBe('state 599');
  });

  it('sees names of any bytes, and is not held by a FIFO, a loop of links, or a directory made anew', async () => {
    const g = await guarded({ 'd/x': '1' });
    const raw = Buffer.concat([Buffer.from(`${world.dir}/d/`), Buffer.from([0xff, 0x2e, 0x70, 0x68, 0x70])]);
    writeFileSync(raw, '<?php 1');
    world.write('d/new\nline', 'n');
    execFileSync('mkfifo', [world.at('d/fifo')]);
    symlinkSync('.', world.at('d/loop'));
    await until(() => ['d/\\xff.php', 'd/new\\nline', 'd/fifo', 'd/loop'].every((path) => g.last(path)));
    await until(() => g.last('d/\\xff.php')?.after?.size === 7);
    expect(await g.text(g.last('d/\\xff.php')?.bodyAfter)).toBe('<?php 1');
    expect(g.last('d/fifo')?.after?.type).toBe('fifo');
    for (let n = 0; n < 20; n++) {
      rmSync(world.at('d'), { recursive: true });
      mkdirSync(world.at('d'));
    }
    world.write('d/after', 'seen');
    await until(() => g.last('d/after')?.after?.size === 4);
    await g.pass('stat');
    expect(g.last('d/x')?.kind).toBe('removed');
  });

  it('judges uploads and churn by their policies', async () => {
    const g = await guarded({ 'up/a.png': 'a', 'log/l': 'l', 'cache/c': 'c' }, [
      { glob: 'up/**', policy: 'no-exec' },
      { glob: 'log/**', policy: 'churn' },
      { glob: 'cache/**', policy: 'ignored' },
    ]);
    world.write('cache/d/e', 'e');
    world.write('log/l', 'longer');
    world.write('log/new', 'n');
    rmSync(world.at('up/a.png'));
    world.write('up/2026/11/shell.php', '<?php');
    await until(() => g.last('up/2026/11/shell.php')?.after?.size === 5);
    await g.pass('hash');
    expect(new Set(g.brief())).toEqual(new Set(['added up/2026/11/shell.php']));
    expect(await g.text(g.last('up/2026/11/shell.php')?.bodyAfter)).toBe('<?php');
    chmodSync(world.at('cache'), 0o777);
    await until(() => g.last('cache')?.kind === 'metadata');
  });

  it('tells when the root goes, once, and when it comes back looks at all of it', async () => {
    const g = await guarded({ a: '1', 'b/c': '2' });
    renameSync(world.dir, join(world.base, 'away'));
    await until(() => g.problems.length === 1 && g.changes().length === 1);
    await g.pass('stat');
    expect(g.problems).toMatchObject([{ code: 'root-gone' }]);
    expect(g.brief()).toEqual(['removed .']);
    writeFileSync(join(world.base, 'away/b/c'), 'evil');
    renameSync(join(world.base, 'away'), world.dir);
    await until(() => g.last('b/c') !== undefined);
    expect(g.problems.map((problem) => problem.code)).toEqual(['root-gone', 'root-back']);
    world.write('b/d', 'still watched');
    await until(() => g.last('b/d')?.after?.size === 13);
  });

  it('follows a root that is a link when a deploy moves the link', async () => {
    const g = await guarded({ a: '1' }, [], {}, (w) => {
      renameSync(w.dir, join(w.base, 'r1'));
      execFileSync('cp', ['-a', join(w.base, 'r1'), join(w.base, 'r2')]);
      writeFileSync(join(w.base, 'r2/evil.php'), '<?php');
      symlinkSync('r1', w.dir);
    });
    expect(g.changes()).toEqual([]);
    symlinkSync('r2', join(world.base, 'next'));
    renameSync(join(world.base, 'next'), world.dir);
    await until(() => g.last('evil.php') !== undefined);
    writeFileSync(join(world.base, 'r2/a'), 'other');
    await until(() => g.last('a') !== undefined);
  });

  it('finds and tells again what could not be stored the first time', async () => {
    let broken = true;
    const told: FileChange[] = [];
    const g = await guarded({ a: '1' }, [], {
      onReport: (report) => {
        if (report.changes.length > 0 && broken) throw new Error('ENOSPC: no space left on device');
        told.push(...report.changes);
      },
    });
    world.write('a', 'evil');
    await until(() => g.problems.length > 0);
    expect(g.problems[0]).toMatchObject({ code: 'report-failed' });
    broken = false;
    await until(() => told.length > 0);
    expect(told[0]).toMatchObject({ kind: 'changed', path: 'a' });
  });

  it('reads a big file in pieces, and does not keep what is too big', async () => {
    const big = 'x'.repeat(9 << 20);
    const g = await guarded({ big, small: '1' }, [], { maxBody: 1 << 20, maxHash: 10 << 20 });
    writeFileSync(world.at('big'), `${big.slice(1)}y`);
    await until(() => g.last('big')?.after?.size === 9 << 20);
    expect(g.last('big')).toMatchObject({ kind: 'changed', bodyAfter: null });
    truncateSync(world.at('big'), 2 ** 40);
    await until(() => g.gaps().length > 0);
    expect(g.last('big')?.after).toMatchObject({ size: 2 ** 40, hash: null });
    world.write('small', '2');
    await until(() => g.last('small') !== undefined);
    expect(readFileSync(world.at('small'), 'utf8')).toBe('2');
  });
});
