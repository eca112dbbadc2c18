import type { Slice } from './bundle-plan.ts';
import { decodeUtf8 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { MAX_BUNDLE_BYTES } from './entry-bundle.ts';
import { EvidenceError, reasonOf } from './errors.ts';
import { HASH_BYTES } from './merkle.ts';
import { isNoteSignedOnlyBy, type Note, parseNote } from './note.ts';
import type { Problems } from './problems.ts';
import { followRotations, readRotation, type Rotation } from './rotation.ts';
import { TILE_WIDTH } from './tile-path.ts';
import { checkEntries, type ReadFile, readStored, type TreeView } from './tree-view.ts';
import { parsePublicKey, type VerifierKey } from './vkey.ts';

/** A checkpoint file taken apart; who signed it is not known before the rotations are. */
export interface ReadCheckpoint {
  readonly note: Note;
  readonly text: string;
  readonly checkpoint: Checkpoint;
}

export function readCheckpointFile(
  file: string,
  bytes: Uint8Array,
  problems: Problems,
): ReadCheckpoint | undefined {
  const note = parseNote(bytes);
  const checkpoint = note && parseCheckpoint(note.text);
  const text = decodeUtf8(bytes);
  if (note !== undefined && checkpoint !== undefined && text !== undefined) return { note, text, checkpoint };
  problems.add(file, 'malformed', 'it is not a signed checkpoint');
  return undefined;
}

/** Reads the slices, checks each entry against the tree and hands it on; gives the rotations among them. */
export async function checkSlices(
  {
    tree,
    slices,
    read,
  }: { readonly tree: TreeView; readonly slices: readonly Slice[]; readonly read: ReadFile },
  problems: Problems,
  onEntry: (index: number, bytes: Uint8Array) => void,
): Promise<readonly Rotation[]> {
  const rotations: Rotation[] = [];
  for (const { path, first, end } of slices) {
    const entries = await naming(path, problems, async () => {
      const tile = await tree.tile(0, Math.floor(first / TILE_WIDTH));
      const offset = first % TILE_WIDTH;
      const hashes = tile.subarray(offset * HASH_BYTES, (offset + end - first) * HASH_BYTES);
      return checkEntries(path, await readStored(read, path, MAX_BUNDLE_BYTES), first, hashes);
    });
    for (const [at, bytes] of (entries ?? []).entries()) {
      const found = readRotation(first + at, bytes);
      if (found.kind === 'rotation') rotations.push(found.rotation);
      if (found.kind === 'invalid')
        problems.add(path, 'key', `entry ${first + at} is not a valid rotation: ${found.why}`);
      onEntry(first + at, bytes);
    }
  }
  return rotations;
}

/** The log's keys, when they lead from the given one to the one that signed the checkpoint. */
export function checkKeys(
  file: string,
  { note, checkpoint }: ReadCheckpoint,
  publicKey: string,
  rotations: readonly Rotation[],
  problems: Problems,
): readonly VerifierKey[] | undefined {
  const trusted = parsePublicKey(publicKey, checkpoint.origin);
  if (trusted === undefined)
    problems.add('(public key)', 'key', 'it is neither a vkey nor an Ed25519 key in PEM');
  else if (trusted.name !== checkpoint.origin)
    problems.add(
      file,
      'key',
      `it is of the ledger "${printable(checkpoint.origin)}", the public key of "${trusted.name}"`,
    );
  else {
    const chain = followRotations(trusted, rotations);
    if (chain.kind === 'broken') problems.add(file, 'key', chain.why);
    else if (!note.signatures.some(({ id }) => id === chain.current.id))
      problems.add(file, 'key', `it is signed by another key than ${chain.current.id}, the one in force`);
    else if (!isNoteSignedOnlyBy(note, chain.current))
      problems.add(file, 'signature', `the signature does not hold, or is not the only one`);
    else return chain.keys;
  }
  return undefined;
}

/** Turns what reading found wrong into a problem with the file's name; other errors are bugs and go on. */
export async function naming<T>(
  file: string,
  problems: Problems,
  act: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    const what = error.code === 'disk' ? 'unreadable' : 'altered';
    problems.add(error.file ?? file, what, error.message.replace(`${error.file}: `, '') || reasonOf(error));
    return undefined;
  }
}

const printable = (untrusted: string): string => untrusted.replaceAll(/[^\P{C}]/gu, '?').slice(0, 200);
