import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type FileChange, GuardReport } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { type OpenSeal, scanRoot } from '../src/index.ts';
import { GUARD, makeWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.gone());

const scan = async (seal: OpenSeal, workers?: number) => {
  const result = await scanRoot({
    seal,
    dir: world.dir,
    guard: GUARD,
    blobs: world.blobs,
    ...(workers === undefined ? {} : { workers }),
  });
  for (const report of result.reports) GuardReport.parse(report);
  return result;
};
const brief = (changes: readonly FileChange[]) =>
  changes.map((c) => `${c.kind} ${c.from ? `${c.from} > ` : ''}${c.path}`);
const briefly = async (seal: OpenSeal) =>
  brief((await scan(seal)).reports.flatMap((report) => report.changes));

describe('a scan', () => {
  it('finds nothing in a root that is as sealed', async () => {
    world = makeWorld({ a: '1', 'b/c': '2' });
    const seal = await world.seal();
    const result = await scan(seal);
    expect(result).toMatchObject({ paths: 4, changes: 0, gaps: 0 });
    expect(result.reports).toMatchObject([{ changes: [], gaps: [], seal: seal.ref }]);
    utimesSync(world.at('a'), 1, 1);
    expect((await scan(seal)).changes).toBe(0);
  });

  it('names every kind of change, with the bytes before and after', async () => {
    world = makeWorld({
      changed: 'old',
      removed: 'r',
      moved: 'same bytes',
      mode: 'm',
      swapped: 's',
      stomped: 'time1',
      'dir/x': 'x',
    });
    const seal = await world.seal();
    const { mtime, atime } = statSync(world.at('stomped'));
    world.write('changed', 'new');
    rmSync(world.at('removed'));
    mkdirSync(world.at('else/where'), { recursive: true });
    renameSync(world.at('moved'), world.at('else/where/moved'));
    chmodSync(world.at('mode'), 0o4755);
    rmSync(world.at('swapped'));
    symlinkSync('/etc/passwd', world.at('swapped'));
    world.write('stomped', 'time2');
    utimesSync(world.at('stomped'), atime, mtime);
    const hidden = Buffer.concat([Buffer.from(`${world.dir}/dir/`), Buffer.from([0xfe, 0x2e, 0x70])]);
    writeFileSync(hidden, '<?php');
    world.write('two\nlines', 'n');
    const { reports } = await scan(seal);
    const changes = reports.flatMap((report) => report.changes);
    expect(brief(changes)).toEqual([
      'changed changed',
      'added dir/\\xfe.p',
      'added else',
      'added else/where',
      'renamed moved > else/where/moved',
      'metadata mode',
      'removed removed',
      'changed stomped',
      'changed swapped',
      'added two\\nlines',
    ]);
    const [changed] = changes;
    expect(Buffer.from(await world.blobs.get(changed?.bodyBefore as never)).toString()).toBe('old');
    expect(Buffer.from(await world.blobs.get(changed?.bodyAfter as never)).toString()).toBe('new');
    const mode = changes.find((change) => change.path === 'mode');
    expect([mode?.before?.mode, mode?.after?.mode]).toEqual([0o644, 0o4755]);
    expect(mode?.bodyAfter).toBe(mode?.bodyBefore);
    expect(changes.find((change) => change.path === 'swapped')?.after).toMatchObject({
      type: 'link',
      link: '/etc/passwd',
    });
  });

  it('judges by policy: uploads show what is added or changed, churn only type and owner, ignored nothing', async () => {
    world = makeWorld({ 'up/a.png': 'a', 'up/b.png': 'b', 'log/l': 'l', 'log/m': 'm', 'cache/c': 'c' }, [
      { glob: 'up/**', policy: 'no-exec' },
      { glob: 'log/**', policy: 'churn' },
      { glob: 'cache/**', policy: 'ignored' },
    ]);
    const seal = await world.seal();
    rmSync(world.at('up/a.png'));
    world.write('up/b.png', 'other');
    world.write('up/2026/shell.php', '<?php');
    world.write('log/l', 'longer');
    world.write('log/new', 'n');
    rmSync(world.at('log/m'));
    symlinkSync('/etc/shadow', world.at('log/m'));
    world.write('cache/d/e', 'e');
    expect(await briefly(seal)).toEqual(['metadata log/m', 'added up/2026/shell.php', 'changed up/b.png']);
  });

  it('says what it could not read instead of calling it removed', async () => {
    world = makeWorld({ 'deep/x': '1' });
    const seal = await world.seal();
    // A path longer than the system takes: made step by step, unreadable by its whole name.
    execFileSync(
      'python3',
      [
        '-c',
        'import os\nos.chdir("deep")\nfor i in range(20):\n  os.mkdir("d"*250); os.chdir("d"*250)\nopen("evil.php","w")',
      ],
      { cwd: world.dir },
    );
    const { reports } = await scan(seal);
    const gaps = reports.flatMap((report) => report.gaps);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.detail).toMatch(/ENAMETOOLONG/);
    execFileSync('rm', ['-rf', join(world.dir, 'deep')]);
  });

  it('splits a large report, loses nothing, and finds the same with and without threads', async () => {
    world = makeWorld(
      Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`d${n % 20}/f${n}`, `body ${n}`])),
    );
    const seal = await world.seal();
    for (let n = 0; n < 450; n++) world.write(`d${n % 20}/f${n}`, `evil ${n}`);
    const threaded = await scan(seal, 2);
    expect(threaded.reports.map((report) => report.changes.length)).toEqual([200, 200, 50]);
    const alone = await scan(seal, 0);
    const paths = (reports: readonly GuardReport[]) =>
      reports.flatMap((r) => r.changes.map((c) => [c.path, c.after?.hash]));
    expect(paths(alone.reports)).toEqual(paths(threaded.reports));
  });

  it('is not led out of the root: a directory swapped for a link shows as itself, and nothing behind it is read', async () => {
    world = makeWorld({ 'theme/a.php': 'a' });
    const seal = await world.seal();
    const secrets = join(world.base, 'private');
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'a.php'), 'private key');
    rmSync(world.at('theme'), { recursive: true });
    symlinkSync(secrets, world.at('theme'));
    linkSync(join(secrets, 'a.php'), join(secrets, 'b'));
    const { reports } = await scan(seal);
    expect(brief(reports.flatMap((report) => report.changes))).toEqual([
      'changed theme',
      'removed theme/a.php',
    ]);
    expect([...world.blobs.map.values()].map((bytes) => Buffer.from(bytes).toString())).toEqual(['a']);
  });
});
