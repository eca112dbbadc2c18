import type { BlobRef } from '@komainu/model';
import { blobRefsIn } from './blob-refs.ts';
import { MAX_FILE_BYTES } from './bundle-index.ts';
import { type BundleRange, planSlices, type Slice } from './bundle-plan.ts';
import { byBytes, concat } from './bytes.ts';
import { EvidenceError } from './errors.ts';
import type { FileBlobs } from './file-blobs.ts';
import type { Snapshot } from './ledger.ts';
import { TILE_WIDTH } from './tile-path.ts';

export async function entriesOf(snapshot: Snapshot, { first, end }: Slice): Promise<readonly Uint8Array[]> {
  const start = Math.floor(first / TILE_WIDTH) * TILE_WIDTH;
  return (await snapshot.bundle(start / TILE_WIDTH)).slice(first - start, end - start);
}

const MAX_FOLLOWED_BYTES = 8 * 1024 * 1024;

/** What entries refer to and, from body to body, what those refer to: a verdict, its recordings, their scripts. */
export async function findBlobs(snapshot: Snapshot, range: BundleRange, blobs: FileBlobs) {
  const named = new Set<BlobRef>();
  for (const slice of planSlices({ ...range, rotations: [] }))
    for (const entry of await entriesOf(snapshot, slice)) for (const ref of blobRefsIn(entry)) named.add(ref);
  const present = new Set<BlobRef>();
  const absent: BlobRef[] = [];
  const altered: BlobRef[] = [];
  const seen = new Set(named);
  for (const ref of seen) {
    const size = await blobs.sizeOf(ref);
    if (size === undefined) {
      // Only entries are ours: a captured page may name any number of bodies that never were.
      if (named.has(ref)) absent.push(ref);
      continue;
    }
    const content = await readIfSound(blobs, ref, size <= MAX_FOLLOWED_BYTES);
    if (content === undefined || size > MAX_FILE_BYTES) {
      altered.push(ref);
      continue;
    }
    present.add(ref);
    // A Set is iterated in the order of insertion, also over what is added meanwhile.
    for (const inner of blobRefsIn(content)) seen.add(inner);
  }
  return {
    present: [...present].sort(byBytes),
    absent: absent.sort(byBytes),
    altered: altered.sort(byBytes),
  };
}

/** The content when asked for, else nothing of it; undefined when it is not what its name says. */
async function readIfSound(blobs: FileBlobs, ref: BlobRef, keep: boolean): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of blobs.read(ref)) if (keep) pieces.push(piece);
    return concat(pieces);
  } catch (error) {
    if (error instanceof EvidenceError && error.code === 'blob-damaged') return undefined;
    throw error;
  }
}
