import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { restoreFile, restoreRoot } from '@komainu/guard';
import type { GuardianId } from '@komainu/model';
import { sealTree } from './guard-seal.ts';
import { type GuardRow, median, quantile } from './guard-table.ts';
import { fileOf, plantTree } from './guard-tree.ts';

/** Put back one by one, before all of them are. */
const SINGLY = 1_000;

/** Alters files and puts them back, one by one and then the whole root; `sha256sum -c` says whether they are as they were. */
export async function restoreRows(base: string, files: number): Promise<readonly GuardRow[]> {
  const dir = join(base, 'tree');
  mkdirSync(dir, { recursive: true });
  // Above 64 MiB a sealed file is watched, but its bytes are not stored.
  plantTree(dir, files, 60 << 20);
  const blobs = await openFileBlobs({ dir: join(base, 'blobs') });
  const { seal, out } = await sealTree(base, dir, blobs);
  // Throws when one byte is not as it was.
  const compare = () =>
    execFileSync('sha256sum', ['-c', '--quiet', '--strict', join(out, 'current', 'MANIFEST')], { cwd: dir });
  const alter = (n: number, how: string) => writeFileSync(join(dir, fileOf(n)), `${how} ${n}`);

  const taken: number[] = [];
  let refused = 0;
  for (let n = 0; n < SINGLY; n++) {
    alter(n, 'evil');
    const one = performance.now();
    const result = await restoreFile({ seal, dir, path: fileOf(n), blobs });
    taken.push(performance.now() - one);
    if (result.kind !== 'restored') refused += 1;
  }
  compare();

  for (let n = 0; n < files; n++) alter(n, 'more evil');
  const begun = performance.now();
  for await (const result of restoreRoot({ seal, dir, guard: 'bench' as GuardianId, blobs }))
    if (result.kind !== 'restored') refused += 1;
  const all = performance.now() - begun;
  compare();
  return [
    {
      what: `restore, what stood there kept first, p50 of ${SINGLY}`,
      value: median(taken),
      unit: 'ms',
      goal: 3,
    },
    { what: '  p99', value: quantile(taken, 0.99), unit: 'ms', goal: 50 },
    {
      what: `  a root of ${files} altered files: found, kept, restored`,
      value: all / 1_000,
      unit: 's',
      goal: 15,
    },
    { what: '  not restored byte by byte (sha256sum -c)', value: refused, unit: 'files', goal: 0 },
  ];
}
