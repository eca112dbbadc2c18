import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { type GuardReport } from '@komainu/model';
import { type Watch, watchRoot } from '../src/index.ts';
import { GUARD, keys, makeWorld, type World } from './world.ts';

let world: World;
let child: ChildProcess | undefined;
let watch: Watch | undefined;
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  child?.kill('SIGKILL');
  child = undefined;
  world.gone();
});

interface Line {
  readonly changes?: readonly string[];
  readonly gaps?: readonly { readonly path: string | null; readonly detail: string }[];
  readonly problem?: { readonly code: string };
  readonly ready?: true;
}

/** Runs a watch in a child, and reads what it says until a line satisfies. */
function watchInChild(command: readonly string[], rights: { uid?: number; gid?: number } = {}) {
  const pub = join(world.base, 'pub.pem');
  writeFileSync(pub, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  const node = [
    process.execPath,
    '--conditions=source',
    join(import.meta.dirname, 'watch-child.ts'),
    world.dir,
    world.out,
    pub,
  ];
  const [first = '', ...rest] = [...command, ...node];
  const spawned = spawn(first, rest, { ...rights, stdio: ['ignore', 'pipe', 'inherit'] });
  child = spawned;
  const lines: Line[] = [];
  let stir = () => {};
  createInterface({ input: spawned.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as Line);
    stir();
  });
  return {
    lines,
    until: async (test: (lines: readonly Line[]) => boolean) => {
      while (!test(lines)) await new Promise<void>((resolve) => (stir = resolve));
    },
  };
}

const limited = [
  'unshare',
  '-Ur',
  'sh',
  '-c',
  'echo 4 > /proc/sys/user/max_inotify_watches && exec "$@"',
  'sh',
];
const canLimit = spawnSync(limited[0] ?? '', [...limited.slice(1), 'true']).status === 0;

describe('a watch at its limits', () => {
  it.skipIf(!canLimit)(
    'says that the system gives no more watches, and still finds every change',
    async () => {
      world = makeWorld(Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`d${n}/f`, `${n}`])));
      await world.seal();
      const { lines, until } = watchInChild(limited);
      await until((all) => all.some((line) => line.ready));
      expect(lines.some((line) => line.problem?.code === 'watch-limit')).toBe(true);
      expect(lines.flatMap((line) => line.gaps ?? [])[0]?.detail).toMatch(
        /directories cannot be watched \(ENOSPC/,
      );
      for (let n = 0; n < 12; n++) world.write(`d${n}/f`, `evil ${n}`);
      await until((all) => new Set(all.flatMap((line) => line.changes ?? [])).size >= 12);
    },
  );

  it('says what it may not read, and not that it is gone', async () => {
    world = makeWorld({ 'open/a': '1', 'shut/b': '2', secret: '3' });
    await world.seal();
    chmodSync(world.base, 0o755);
    chmodSync(world.at('shut'), 0o700);
    chmodSync(world.at('secret'), 0o600);
    const asRoot = process.getuid?.() === 0;
    if (!asRoot) {
      chmodSync(world.at('shut'), 0o000);
      chmodSync(world.at('secret'), 0o000);
    }
    const { lines, until } = watchInChild([], asRoot ? { uid: 65534, gid: 65534 } : {});
    await until((all) => all.some((line) => line.ready));
    expect(new Set(lines.flatMap((line) => line.gaps ?? []).map((gap) => gap.path))).toEqual(
      new Set(['secret', 'shut']),
    );
    expect(
      lines.flatMap((line) => line.changes ?? []).filter((change) => change.startsWith('removed')),
    ).toEqual([]);
    chmodSync(world.at('shut'), 0o755);
    chmodSync(world.at('secret'), 0o644);
    await until((all) => all.at(-1)?.changes?.length === 0 && all.at(-1)?.gaps?.length === 0);
  });

  it('finds by reading every byte what no stat shows: a write through a mapping made before', async () => {
    world = makeWorld({ mapped: 'x'.repeat(5_000) });
    const seal = await world.seal();
    const reports: GuardReport[] = [];
    // The page is dirtied with the bytes it has, and written with evil ones when the guard has looked again.
    const program =
      'import mmap,sys\nf=open("mapped","r+b")\nm=mmap.mmap(f.fileno(),0)\nm[0:1]=b"x"\nprint("dirty",flush=True)\nsys.stdin.readline()\nm[0:4]=b"EVIL"\nprint("written",flush=True)\nsys.stdin.readline()';
    const writer = spawn('python3', ['-c', program], { cwd: world.dir, stdio: ['pipe', 'pipe', 'inherit'] });
    child = writer;
    const said = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
    await said.next();
    watch = watchRoot({
      seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
      reconcileMs: 3_600_000,
      onReport: (report) => void reports.push(report),
      onProblem: () => {},
    });
    await watch.ready;
    writer.stdin.write('\n');
    await said.next();
    await watch.pass('hash');
    const changes = reports.flatMap((report) => report.changes);
    expect(changes).toMatchObject([{ kind: 'changed', path: 'mapped' }]);
    expect(
      Buffer.from(await world.blobs.get(changes[0]?.bodyAfter as never))
        .subarray(0, 5)
        .toString(),
    ).toBe('EVILx');
  });

  it('sees a file system mounted over a directory', async ({ skip }) => {
    world = makeWorld({ 'd/a': '1' });
    const seal = await world.seal();
    const reports: GuardReport[] = [];
    watch = watchRoot({
      seal,
      dir: world.dir,
      guard: GUARD,
      blobs: world.blobs,
      reconcileMs: 3_600_000,
      onReport: (report) => void reports.push(report),
      onProblem: () => {},
    });
    await watch.ready;
    const mounted = spawnSync('mount', ['-t', 'tmpfs', 'none', world.at('d')]).status === 0;
    skip(!mounted, 'may not mount here');
    try {
      await watch.pass('stat');
      world.write('d/evil', 'seen by event');
      while (!reports.some((report) => report.changes.some((change) => change.path === 'd/evil')))
        await watch.pass('stat');
      expect(
        reports.flatMap((report) => report.changes.map((change) => `${change.kind} ${change.path}`)),
      ).toContain('removed d/a');
    } finally {
      execFileSync('umount', [world.at('d')]);
    }
  });
});
