import { hash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobRef, GuardReport } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { quarantineFile, restoreFile, restoreRoot, scanRoot, watchRoot } from '../src/index.ts';
import { GUARD, makeWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.gone());
const isRoot = process.getuid?.() === 0;
const textOf = async (ref: BlobRef | null) =>
  ref ? Buffer.from(await world.blobs.get(ref)).toString() : null;

describe('a restore', () => {
  it('puts back bytes, mode and owner, keeps what it replaces, and does not put back the time', async () => {
    world = makeWorld({ 'a/pay.php': 'good', 'a/run': 'x' });
    chmodSync(world.at('a/run'), 0o4750);
    const seal = await world.seal();
    const { mtime } = statSync(world.at('a/pay.php'));
    world.write('a/pay.php', 'evil');
    chmodSync(world.at('a/pay.php'), 0o666);
    if (isRoot) chownSync(world.at('a/pay.php'), 33, 33);
    utimesSync(world.at('a/pay.php'), mtime, mtime);
    chmodSync(world.at('a/run'), 0o777);
    const put = async (path: string) => restoreFile({ seal, dir: world.dir, path, blobs: world.blobs });
    const restored = await put('a/pay.php');
    expect(restored).toMatchObject({ kind: 'restored', was: { mode: 0o666 } });
    if (restored.kind === 'restored') expect(await textOf(restored.replaced)).toBe('evil');
    expect(readFileSync(world.at('a/pay.php'), 'utf8')).toBe('good');
    expect(statSync(world.at('a/pay.php')).mtimeMs).not.toBe(mtime.getTime());
    expect((await put('a/run')).kind).toBe('restored');
    expect(statSync(world.at('a/run')).mode & 0o7777).toBe(0o4750);
    expect((await put('a/run')).kind).toBe('as-sealed');
    expect(await scanRoot({ seal, dir: world.dir, guard: GUARD, blobs: world.blobs })).toMatchObject({
      changes: 0,
      gaps: 0,
    });
    expect(readdirSync(world.at('a')).sort()).toEqual(['pay.php', 'run']);
  });

  it('makes again what was removed: directories, links and odd names', async () => {
    world = makeWorld({ 'x/y/z/f\\\n1': 'deep' });
    symlinkSync('z/t\\', world.at('x/y/link'));
    chmodSync(world.at('x/y'), 0o2770);
    const seal = await world.seal();
    rmSync(world.at('x'), { recursive: true });
    for (const path of ['x/y/z/f\\\\\\n1', 'x/y/link'])
      expect(await restoreFile({ seal, dir: world.dir, path, blobs: world.blobs })).toMatchObject({
        kind: 'restored',
        replaced: null,
      });
    expect(readlinkSync(world.at('x/y/link'))).toBe('z/t\\');
    expect(await scanRoot({ seal, dir: world.dir, guard: GUARD, blobs: world.blobs })).toMatchObject({
      changes: 0,
      gaps: 0,
    });
  });

  it('puts a whole root back: many files at once, directories before what is in them, uploads left alone', async () => {
    const many = Array.from({ length: 150 }, (_, n) => [`d${n % 7}/f${n}`, `good ${n}`] as const);
    world = makeWorld({ ...Object.fromEntries(many), 'up/old.png': 'png', link: 'x', was: 'file' }, [
      { glob: 'up/**', policy: 'no-exec' },
    ]);
    rmSync(world.at('link'));
    symlinkSync('d1/f1', world.at('link'));
    const seal = await world.seal();
    for (const [path] of many.slice(0, 120)) world.write(path, `evil ${path}`);
    rmSync(world.at('d6'), { recursive: true });
    rmSync(world.at('link'));
    rmSync(world.at('was'));
    world.write('was/in/the/way.php', 'evil');
    world.write('up/new.png', 'new');
    world.write('up/old.png', 'evil');
    const results = [];
    const all = { seal, dir: world.dir, guard: GUARD, blobs: world.blobs };
    for await (const result of restoreRoot(all)) results.push(result);
    const others = results.filter(({ kind }) => kind !== 'restored');
    expect(others.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'quarantined was/in/the/way.php',
      'quarantined was/in/the',
      'quarantined was/in',
      'quarantined was',
      // The bytes of uploads are not kept by a seal.
      'refused up/old.png',
    ]);
    for (const [path, text] of many) expect(readFileSync(world.at(path), 'utf8')).toBe(text);
    for (const result of results)
      if (result.kind === 'restored' && result.path === 'd0/f0')
        expect(await textOf(result.replaced)).toBe('evil d0/f0');
    const { reports } = await scanRoot(all);
    expect(reports.flatMap(({ changes }) => changes.map(({ path }) => path))).toEqual([
      'up/new.png',
      'up/old.png',
    ]);
    expect(readdirSync(world.at('d1')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('keeps what was put there between the look and the restore, too', async () => {
    world = makeWorld({ a: 'good' });
    const seal = await world.seal();
    world.write('a', 'evil');
    let puts = 0;
    const blobs = {
      ...world.blobs,
      has: async (ref: BlobRef) => world.blobs.has(ref),
      get: async (ref: BlobRef) => world.blobs.get(ref),
      put: async (bytes: Uint8Array) => {
        if (puts++ === 0) world.write('a', 'more evil');
        return world.blobs.put(bytes);
      },
    };
    const result = await restoreFile({ seal, dir: world.dir, path: 'a', blobs });
    expect(result.kind === 'restored' && (await textOf(result.replaced))).toBe('more evil');
    expect(readFileSync(world.at('a'), 'utf8')).toBe('good');
  });

  it('uses up what a killed restore of the same path left behind, and is not stopped by what stands in its place', async () => {
    world = makeWorld({ 'd/a': 'good' });
    const seal = await world.seal();
    const name = `d/.komainu-${hash('sha256', 'd/a', 'hex').slice(0, 24)}`;
    const restoreA = async () => {
      world.write('d/a', 'evil');
      return (await restoreFile({ seal, dir: world.dir, path: 'd/a', blobs: world.blobs })).kind;
    };
    world.write(name, 'half of');
    expect(await restoreA()).toBe('restored');
    expect(readdirSync(world.at('d'))).toEqual(['a']);
    mkdirSync(world.at(name));
    expect(await restoreA()).toBe('restored');
    expect(readFileSync(world.at('d/a'), 'utf8')).toBe('good');
  });

  it('is refused where it would write elsewhere, or could not keep what stands there', async () => {
    world = makeWorld({ 'theme/a': 'good', b: 'b' });
    const seal = await world.seal();
    const outside = join(world.base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'a'), 'private');
    rmSync(world.at('theme'), { recursive: true });
    symlinkSync(outside, world.at('theme'));
    const put = async (path: string) => restoreFile({ seal, dir: world.dir, path, blobs: world.blobs });
    const before = world.blobs.map.size;
    expect((await put('theme/a')).kind).toBe('refused');
    expect(readFileSync(join(outside, 'a'), 'utf8')).toBe('private');
    expect(world.blobs.map.size).toBe(before);
    expect((await put('never-sealed')).kind).toBe('refused');
    expect((await quarantineFile({ dir: world.dir, path: 'theme/a', blobs: world.blobs })).kind).toBe(
      'refused',
    );
    // The link itself can be taken away, and then the file comes back.
    expect(await quarantineFile({ dir: world.dir, path: 'theme', blobs: world.blobs })).toMatchObject({
      kind: 'quarantined',
      was: { type: 'link' },
    });
    expect((await put('theme/a')).kind).toBe('restored');
    expect(lstatSync(world.at('theme')).isDirectory()).toBe(true);
    world.blobs.map.delete(seal.entries.get('b')?.hash ?? '');
    world.write('b', 'evil');
    expect(await put('b')).toMatchObject({
      kind: 'refused',
      message: { en: 'b: its sealed bytes are not in the store' },
    });
  });

  it('quarantines a web shell: its bytes first, then the removal', async () => {
    world = makeWorld({ a: '1' });
    const seal = await world.seal();
    world.write('up/shell.php', '<?php system($_GET[1]);');
    const taken = await quarantineFile({ dir: world.dir, path: 'up/shell.php', blobs: world.blobs });
    expect(taken.kind === 'quarantined' && (await textOf(taken.body))).toBe('<?php system($_GET[1]);');
    expect((await quarantineFile({ dir: world.dir, path: 'up', blobs: world.blobs })).kind).toBe(
      'quarantined',
    );
    expect((await quarantineFile({ dir: world.dir, path: 'up', blobs: world.blobs })).kind).toBe('gone');
    expect((await scanRoot({ seal, dir: world.dir, guard: GUARD, blobs: world.blobs })).changes).toBe(0);
  });

  it('under watch reports the alteration, then that all is as sealed, and nothing of its own', async () => {
    world = makeWorld({ 'pay.php': 'good' });
    const seal = await world.seal();
    const reports: GuardReport[] = [];
    const watch = watchRoot({
      seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
      onReport: (report) => void reports.push(report),
      onProblem: () => {},
    });
    await watch.ready;
    for (let n = 0; n < 25; n++) {
      world.write('pay.php', `evil ${n}`);
      while (!reports.at(-1)?.changes.some((change) => change.after?.size)) await sleep(2);
      expect((await restoreFile({ seal, dir: world.dir, path: 'pay.php', blobs: world.blobs })).kind).toBe(
        'restored',
      );
      while (reports.at(-1)?.changes.length !== 0) await sleep(2);
    }
    await watch.pass('hash');
    await watch.close();
    expect(new Set(reports.flatMap((report) => report.changes.map((change) => change.path)))).toEqual(
      new Set(['pay.php']),
    );
    expect(reports.flatMap((report) => report.gaps)).toEqual([]);
  });
});
