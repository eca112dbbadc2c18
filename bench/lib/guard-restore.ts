import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { restoreFile } from '@komainu/guard';
import { sealTree } from './guard-seal.ts';
import { type GuardRow, median, quantile } from './guard-table.ts';
import { fileOf, plantTree } from './guard-tree.ts';

/** Alters every file and puts each back; `sha256sum -c` says whether they are as they were. */
export async function restoreRows(base: string, files: number): Promise<readonly GuardRow[]> {
  const dir = join(base, 'tree');
  mkdirSync(dir, { recursive: true });
  // Above 64 MiB a sealed file is watched, but its bytes are not stored.
  plantTree(dir, files, 60 << 20);
  const blobs = await openFileBlobs({ dir: join(base, 'blobs') });
  const { seal, out } = await sealTree(base, dir, blobs);
  for (let n = 0; n < files; n++) writeFileSync(join(dir, fileOf(n)), `evil ${n}`);
  const taken: number[] = [];
  const refused: string[] = [];
  const begun = performance.now();
  for (let n = 0; n < files; n++) {
    const one = performance.now();
    const result = await restoreFile({ seal, dir, path: fileOf(n), blobs });
    taken.push(performance.now() - one);
    if (result.kind !== 'restored') refused.push(fileOf(n));
  }
  const all = performance.now() - begun;
  // Throws when one byte is not as it was.
  execFileSync('sha256sum', ['-c', '--quiet', '--strict', join(out, 'current', 'MANIFEST')], { cwd: dir });
  return [
    {
      what: `restore, what stood there kept first, p50 of ${files}`,
      value: median(taken),
      unit: 'ms',
      goal: 3,
    },
    { what: '  p99', value: quantile(taken, 0.99), unit: 'ms', goal: 50 },
    { what: `  all ${files}, one after the other`, value: all / 1_000, unit: 's', goal: 15 },
    { what: '  not restored byte by byte (sha256sum -c)', value: refused.length, unit: 'files', goal: 0 },
  ];
}
