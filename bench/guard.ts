/**
 * `make bench-guard`: what the guard's promises cost, each beside a peer or a limit. Everything is generated below
 * TMPDIR and removed again. `guard.ts [scan|watch|restore]…`, with EVENTS=fanotify|inotify|fs-watch for one source.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceName } from '@komainu/guard';
import { restoreRows } from './lib/guard-restore.ts';
import { scanRows } from './lib/guard-scan.ts';
import { sealTree } from './lib/guard-seal.ts';
import { guardLine, type GuardRow } from './lib/guard-table.ts';
import { plantTree } from './lib/guard-tree.ts';
import { watchRows } from './lib/guard-watch.ts';

const PARTS = ['scan', 'watch', 'restore'] as const;
const ROUNDS = 5;
const SMALL = 10_000;
const RESTORED = 20_000;

interface GuardBench {
  readonly files: number;
  readonly parts: readonly (typeof PARTS)[number][];
  readonly sources: readonly SourceName[];
  readonly print: (line: string) => void;
}

export async function benchGuard({ files, parts, sources, print }: GuardBench): Promise<void> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'komainu-bench-')));
  const show = (rows: readonly GuardRow[]) => rows.forEach((row) => print(guardLine(row)));
  const plant = (name: string, count: number) => {
    const own = join(base, name);
    const dir = join(own, 'tree');
    mkdirSync(dir, { recursive: true });
    const bytes = plantTree(dir, count);
    return { own, dir, what: `${count} files, ${(bytes / 1e6).toFixed(0)} MB` };
  };
  print(`load of this machine before: ${loadavg()[0]?.toFixed(1)}`);
  try {
    if (parts.includes('scan')) {
      const small = plant('small', SMALL);
      show(await scanRows(small.own, small.dir, await sealTree(small.own, small.dir), small.what, ROUNDS));
    }
    if (parts.includes('scan') || parts.includes('watch')) {
      const big = plant('big', files);
      const sealed = await sealTree(big.own, big.dir);
      if (parts.includes('scan')) show(await scanRows(big.own, big.dir, sealed, big.what, ROUNDS));
      if (parts.includes('watch'))
        for (const source of sources) show(await watchRows(big.own, big.dir, sealed, source));
    }
    if (parts.includes('restore')) show(await restoreRows(join(base, 'restore'), RESTORED));
    print(`load of this machine after: ${loadavg()[0]?.toFixed(1)}`);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const asked = process.argv.slice(2);
  const only = process.env['EVENTS'] as SourceName | undefined;
  await benchGuard({
    files: Number(process.env['FILES'] ?? 100_000),
    parts: PARTS.filter((part) => asked.length === 0 || asked.includes(part)),
    sources: only ? [only] : ['fanotify', 'inotify', 'fs-watch'],
    print: (line) => console.log(line),
  });
}
