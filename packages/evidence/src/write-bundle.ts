import type { BlobRef } from '@komainu/model';
import { type BundleFile, type BundleIndex, indexText, sumsText } from './bundle-index.ts';
import {
  BLOBS,
  type BundleRange,
  CHECKPOINT_FILE,
  INDEX,
  planSlices,
  planTiles,
  README,
  SUMS,
} from './bundle-plan.ts';
import { byBytes, concat, utf8 } from './bytes.ts';
import { encodeEntry } from './entry-bundle.ts';
import { EvidenceError, isSystemError, reasonOf } from './errors.ts';
import { blobPath, type FileBlobs } from './file-blobs.ts';
import { entriesOf, findBlobs } from './find-blobs.ts';
import type { Ledger, Snapshot } from './ledger.ts';
import { signNote } from './note.ts';
import { README_TEXT } from './readme-text.ts';
import { readRotation } from './rotation.ts';
import { describe, type Part, writeTar } from './tar-writer.ts';
import { TILE_WIDTH, tilePath } from './tile-path.ts';

export interface BundleOptions {
  readonly ledger: Ledger;
  readonly blobs: FileBlobs;
  /** The tar file to write; appears, or is replaced, when it is whole. */
  readonly out: string;
  /** First entry; 0 when left out. */
  readonly from?: number;
  /** The entry after the last one; all there are when left out. */
  readonly to?: number;
}

export interface WrittenBundle {
  readonly path: string;
  readonly bytes: number;
  /** Of the tar, 64 hex digits. */
  readonly sha256: string;
  readonly entries: number;
  readonly blobs: number;
  /** Entries refer to them, the store does not have them. The bundle says so and verifies. */
  readonly absent: readonly BlobRef[];
  /** The store's bytes are not theirs; left out, and among the absent in the bundle. */
  readonly altered: readonly BlobRef[];
}

/**
 * Writes a range of the ledger with all that proves it. The same range of the same ledger gives the same bytes.
 * @throws EvidenceError `out-of-range`, `ledger-damaged`, `disk`
 */
export async function writeBundle({
  ledger,
  blobs,
  out,
  from = 0,
  to = ledger.size,
}: BundleOptions): Promise<WrittenBundle> {
  const snapshot = ledger.snapshot();
  const signer = ledger.keys.signer;
  const { size } = snapshot.checkpoint;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to || to > size)
    throw new EvidenceError(
      'out-of-range',
      `there is no range ${from} to ${to}; the ledger has ${size} entries`,
    );
  const range = { size, from, to, rotations: await findRotations(snapshot) };
  const bodies = await findBlobs(snapshot, range, blobs);
  const parts = [...provingParts(snapshot, range), ...bodies.present.map((ref) => blobPart(blobs, ref))];
  const files: BundleFile[] = [];
  for (const part of parts) files.push(await describe(part));
  const sums = textPart(SUMS, sumsText(files));
  files.push(await describe(sums));
  files.sort((a, b) => byBytes(a.path, b.path));
  const absent = [...bodies.absent, ...bodies.altered].sort(byBytes);
  const index: BundleIndex = { origin: ledger.origin, key: signer.key.vkey, ...range, absent, files };
  const all = [textPart(INDEX, signNote(indexText(index), signer)), sums, ...parts];
  const written = await onDisk(out, () => writeTar(out, all, files));
  return {
    path: out,
    ...written,
    entries: to - from,
    blobs: bodies.present.length,
    absent: bodies.absent,
    altered: bodies.altered,
  };
}

async function findRotations(snapshot: Snapshot): Promise<readonly number[]> {
  const found: number[] = [];
  for (let index = 0; index * TILE_WIDTH < snapshot.checkpoint.size; index += 1)
    for (const [at, entry] of (await snapshot.bundle(index)).entries())
      if (readRotation(index * TILE_WIDTH + at, entry).kind === 'rotation')
        found.push(index * TILE_WIDTH + at);
  return found;
}

function provingParts(snapshot: Snapshot, range: BundleRange): readonly Part[] {
  const slices = planSlices(range);
  return [
    textPart(README, README_TEXT),
    textPart(CHECKPOINT_FILE, snapshot.checkpoint.note),
    ...planTiles(range, slices).map((id) =>
      part(tilePath(id), () => snapshot.tree.tile(Number(id.level), id.index)),
    ),
    ...slices.map((slice) =>
      part(slice.path, async () => concat((await entriesOf(snapshot, slice)).map(encodeEntry))),
    ),
  ];
}

const part = (path: string, make: () => Promise<Uint8Array>): Part => ({
  path,
  async *content() {
    yield await make();
  },
});
const textPart = (path: string, text: string): Part => part(path, () => Promise.resolve(utf8(text)));
const blobPart = (blobs: FileBlobs, ref: BlobRef): Part => ({
  path: `${BLOBS}${blobPath(ref)}`,
  content: () => blobs.read(ref),
});

async function onDisk<T>(out: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new EvidenceError('disk', `cannot write the bundle ${out}: ${reasonOf(error)}`, { cause: error });
  }
}
