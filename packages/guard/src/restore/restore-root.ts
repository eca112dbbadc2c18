import type { Blobs, FileChange, FilePath, GuardianId } from '@komainu/model';
import { scanRoot } from '../scan/scan-root.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { type QuarantineResult, quarantineFile } from './quarantine.ts';
import { type RestoreResult, restoreFiles } from './restore-file.ts';
import { withKept } from './with-kept.ts';

/**
 * Puts everything under a root back as it was sealed: what differs is restored, what the seal does not know is taken
 * away, each kept first. What visitors may add (`no-exec`) and what changes by itself (`churn`) is left. One result for
 * each path that differed; a path that is altered meanwhile is found by the next scan. @throws GuardError `root-missing`
 */
export async function* restoreRoot(options: {
  readonly seal: OpenSeal;
  readonly dir: string;
  readonly guard: GuardianId;
  readonly blobs: Blobs;
}): AsyncGenerator<RestoreResult | QuarantineResult> {
  const { seal, dir } = options;
  const { reports } = await scanRoot(options);
  const changes = reports.flatMap((report) => report.changes).filter(({ policy }) => policy !== 'churn');
  // The scan has kept what it found.
  const blobs = withKept(
    options.blobs,
    changes.map(({ bodyAfter }) => bodyAfter),
  );
  const paths = changes.flatMap(({ path, from }) => (from === null ? [path] : [path, from]));
  const known = paths.filter((path) => seal.entries.has(path));
  // No rename puts a file in the place of a directory.
  const isInTheWay = ({ path, after }: FileChange) =>
    after?.type === 'directory' && seal.entries.get(path)?.type !== 'directory';
  const isUnknown = ({ path, policy }: FileChange) => policy === 'sealed' && !seal.entries.has(path);
  const away = changes.filter((change) => isUnknown(change) || isInTheWay(change));
  for (const { path } of away.toSorted(deepestFirst)) yield quarantineFile({ dir, path, blobs });
  yield* restoreFiles({ seal, dir, blobs, paths: known.toSorted((a, b) => depth(a) - depth(b)) });
}

const depth = (path: FilePath): number => path.split('/').length;
const deepestFirst = (a: FileChange, b: FileChange): number => depth(b.path) - depth(a.path);
