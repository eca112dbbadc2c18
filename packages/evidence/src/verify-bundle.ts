import { blobRefsIn } from './blob-refs.ts';
import { type BundleIndex, parseIndex, sumsText } from './bundle-index.ts';
import { BLOBS, CHECKPOINT_FILE, INDEX, plannedPaths, planSlices, SUMS } from './bundle-plan.ts';
import { type BundleSource, openSource } from './bundle-source.ts';
import { sha256Hex, utf8 } from './bytes.ts';
import { checkKeys, checkSlices, naming, type ReadCheckpoint, readCheckpointFile } from './check-entries.ts';
import { reasonOf } from './errors.ts';
import { blobPath } from './file-blobs.ts';
import { isNoteSignedOnlyBy, parseNote } from './note.ts';
import { type Problem, problemList, type Problems } from './problems.ts';
import { MAX_CHECKPOINT_BYTES } from './recover.ts';
import type { Rotation } from './rotation.ts';
import { readFrontier, treeView } from './tree-view.ts';
import { parseVkey } from './vkey.ts';

export type BundleVerdict =
  | {
      readonly ok: true;
      readonly origin: string;
      /** Of the ledger when the bundle was made; the entries from `from` up to, not including, `to` are in the bundle. */
      readonly size: number;
      readonly from: number;
      readonly to: number;
      readonly entries: number;
      readonly blobs: number;
      /** Blobs that entries refer to and the store did not have when the bundle was made. */
      readonly absent: readonly string[];
      /** The signed checkpoint, letter by letter. */
      readonly checkpoint: string;
      /** The ledger's keys, oldest first, as vkeys; the last one signed. */
      readonly keys: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Verifies a bundle (tar or unpacked folder) with nothing but the bundle and a public key of the ledger (vkey or PEM),
 * usually its first. Never throws for anything a bundle may hold; reads large files in pieces.
 */
export async function verifyBundle(path: string, publicKey: string): Promise<BundleVerdict> {
  const problems = problemList();
  const source = await openSource(path, problems);
  try {
    const verdict = source && (await verifySource(source, publicKey, problems));
    if (verdict !== undefined && problems.all.length === 0) return verdict;
  } catch (error) {
    problems.add(path, 'unreadable', `reading failed: ${reasonOf(error)}`);
  } finally {
    await source?.close();
  }
  return { ok: false, problems: problems.all };
}

async function verifySource(source: BundleSource, publicKey: string, problems: Problems) {
  const index = await readSignedIndex(source, problems);
  if (index === undefined) return undefined;
  await source.check(index.bytes, index.files, problems);
  checkListing(index, problems);
  const checkpoint = await readCheckpoint(source, index, problems);
  if (checkpoint === undefined) return undefined;
  const rotations = await checkTree(source, index, checkpoint, problems);
  const keys = checkKeys(CHECKPOINT_FILE, checkpoint, publicKey, rotations, problems);
  if (keys !== undefined && keys.at(-1)?.vkey !== index.key)
    problems.add(INDEX, 'key', 'it is not signed by the key that signed the checkpoint');
  const { origin, size, from, to, absent } = index;
  return {
    ok: true,
    origin,
    size,
    from,
    to,
    entries: to - from,
    blobs: index.files.filter((file) => file.path.startsWith(BLOBS)).length,
    absent,
    checkpoint: checkpoint.text,
    keys: (keys ?? []).map(({ vkey }) => vkey),
  } as const;
}

/** Signed by the key it names itself; whether that is a key to believe is only known after the rotations. */
async function readSignedIndex(
  source: BundleSource,
  problems: Problems,
): Promise<(BundleIndex & { readonly bytes: number }) | undefined> {
  const bytes = await source.readIndex(problems);
  if (bytes === undefined) return undefined;
  const note = parseNote(bytes);
  const index = note && parseIndex(note.text);
  const key = index && parseVkey(index.key);
  if (note === undefined || index === undefined || key === undefined || key.name !== index.origin)
    problems.add(INDEX, 'malformed', 'it is not the signed index of a bundle');
  else if (!isNoteSignedOnlyBy(note, key)) problems.add(INDEX, 'signature', 'its signature does not hold');
  else return { ...index, bytes: bytes.length };
  return undefined;
}

/** The index lists what a bundle of this range has, no more and no less, and every blob under its own hash. */
function checkListing(index: BundleIndex, problems: Problems): void {
  const blobs = index.files.filter(({ path }) => path.startsWith(BLOBS));
  for (const { path, sha256 } of blobs)
    if (path !== `${BLOBS}${blobPath(`sha256:${sha256}` as never)}`)
      problems.add(path, 'altered', 'it is not named after its SHA-256');
  const planned = new Set(plannedPaths(index));
  const listed = new Set(index.files.map(({ path }) => path).filter((path) => !path.startsWith(BLOBS)));
  for (const path of planned) if (!listed.has(path)) problems.add(path, 'missing', 'it is not in the index');
  for (const path of listed)
    if (!planned.has(path)) problems.add(path, 'extra', 'it does not belong to this range');
  const sums = index.files.find(({ path }) => path === SUMS);
  if (sums !== undefined && sums.sha256 !== sha256Hex(utf8(sumsText(index.files))))
    problems.add(SUMS, 'altered', 'it does not say the same as the index');
}

async function readCheckpoint(source: BundleSource, index: BundleIndex, problems: Problems) {
  const bytes = await source.read(CHECKPOINT_FILE, MAX_CHECKPOINT_BYTES).catch(() => new Uint8Array(0));
  const read = readCheckpointFile(CHECKPOINT_FILE, bytes, problems);
  if (read === undefined) return undefined;
  const { size, origin } = read.checkpoint;
  if (size === index.size && origin === index.origin) return read;
  problems.add(CHECKPOINT_FILE, 'altered', 'it is not the checkpoint that the index speaks of');
  return undefined;
}

/** Entries against tiles, tiles against the root, references against the blobs that are there. */
async function checkTree(
  source: BundleSource,
  index: BundleIndex,
  { checkpoint }: ReadCheckpoint,
  problems: Problems,
): Promise<readonly Rotation[]> {
  const { size, root } = checkpoint;
  const frontier = await naming('tile', problems, () => readFrontier(size, root, source.read));
  if (frontier === undefined) return [];
  const there = new Set(index.files.map(({ path }) => path));
  const absent = new Set<string>(index.absent);
  const work = { tree: treeView(frontier, source.read), slices: planSlices(index), read: source.read };
  const rotations = await checkSlices(work, problems, (at, bytes) => {
    if (at < index.from || at >= index.to) return;
    for (const ref of blobRefsIn(bytes))
      if (!there.has(`${BLOBS}${blobPath(ref)}`) && !absent.has(ref))
        problems.add(`${BLOBS}${blobPath(ref)}`, 'missing', `entry ${at} refers to it`);
  });
  if (rotations.map((rotation) => rotation.index).join() !== index.rotations.join())
    problems.add(INDEX, 'altered', 'its list of key rotations is not that of the entries');
  return rotations;
}
