import { dirname } from 'node:path/posix';
import { decodeUtf8, equalBytes } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import {
  CHECKPOINT,
  CHECKPOINT_NEXT,
  committer,
  type LedgerState,
  partialTiles,
  type SignedCheckpoint,
  signCheckpoint,
} from './commit.ts';
import { decodeEntries, MAX_BUNDLE_BYTES } from './entry-bundle.ts';
import { EvidenceError, isMissing } from './errors.ts';
import type { LedgerFiles } from './files.ts';
import { EMPTY_FRONTIER, frontierRoot } from './frontier.ts';
import type { Keys } from './keys.ts';
import { HASH_BYTES, leafHash, perfectRoot } from './merkle.ts';
import { isNoteSignedOnlyBy, parseNote, type Signer } from './note.ts';
import { readRotation } from './rotation.ts';
import { edgeIndex, leavesOf, TILE_WIDTH, type TileId, tilePath, parseTilePath } from './tile-path.ts';
import {
  checkEntries,
  readBundle,
  damaged,
  readFrontier,
  type ReadFile,
  readStored,
  readTile,
  RootMismatch,
  treeView,
} from './tree-view.ts';

export const MAX_CHECKPOINT_BYTES = 16 * 1024;

/** What opening found, for the caller to say and to record. */
export type Recovery =
  | { readonly kind: 'created' }
  | { readonly kind: 'intact' }
  | {
      readonly kind: 'cut';
      /** Entries that the last checkpoint covers; all of them are there. */
      readonly size: number;
      /** Whole entries beyond it. None of them was acknowledged. */
      readonly entries: number;
      readonly bytes: number;
      readonly files: readonly string[];
      /** Where the files lie now, below the ledger's directory. */
      readonly movedTo: string;
    };

export interface Recovered {
  readonly state: LedgerState;
  readonly recovery: Recovery;
}

/** @throws EvidenceError `ledger-damaged`, `key-mismatch`, `disk`. Changes nothing unless the checkpoint holds. */
export async function recover(files: LedgerFiles, keys: Keys): Promise<Recovered> {
  const note = await files.read(CHECKPOINT, MAX_CHECKPOINT_BYTES).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (note === undefined) return create(files, keys);
  const { checkpoint, signer } = readCheckpoint(note, keys);
  const state = await readState(files.read, checkpoint);
  const tail = await surveyTail(files, state);
  if (signer === keys.staged) await finishRotation(files, state, keys);
  return { state, recovery: await cut(files, state, tail) };
}

async function create(files: LedgerFiles, keys: Keys): Promise<Recovered> {
  // The first checkpoint is written before the first tile, so tiles without one are a loss, not a beginning.
  const [tile] = await files.list('tile');
  if (tile !== undefined) throw damaged(CHECKPOINT, `it is missing, although there are entries (${tile})`);
  const checkpoint = signCheckpoint(EMPTY_FRONTIER, keys.signer);
  const state = { frontier: EMPTY_FRONTIER, tail: new Uint8Array(0), checkpoint };
  await committer(files).commit({ state, files: [], superseded: [] });
  return { state, recovery: { kind: 'created' } };
}

function readCheckpoint(bytes: Uint8Array, keys: Keys): { checkpoint: SignedCheckpoint; signer: Signer } {
  const note = parseNote(bytes);
  const checkpoint = note && parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined)
    throw damaged(CHECKPOINT, 'it is not a signed checkpoint');
  if (checkpoint.origin !== keys.name)
    throw new EvidenceError(
      'key-mismatch',
      `this is the ledger of "${checkpoint.origin}", not of "${keys.name}"`,
    );
  const candidates = keys.staged === undefined ? [keys.signer] : [keys.signer, keys.staged];
  const signer = candidates.find(({ key }) => isNoteSignedOnlyBy(note, key));
  if (signer !== undefined) return { checkpoint: { ...checkpoint, note: decodeUtf8(bytes) ?? '' }, signer };
  const [signature] = note.signatures;
  if (candidates.some(({ key }) => key.id === signature?.id))
    throw damaged(CHECKPOINT, 'its signature does not hold');
  throw new EvidenceError(
    'key-mismatch',
    'the ledger was signed with another key than the one in the key folder',
    {
      file: CHECKPOINT,
    },
  );
}

/** The right edge: every hash of it checked against the root, every entry of it against its hash. */
export async function readState(read: ReadFile, checkpoint: SignedCheckpoint): Promise<LedgerState> {
  const { size, root } = checkpoint;
  const frontier = await readFrontier(size, root, read).catch(async (error: unknown) => {
    throw error instanceof RootMismatch ? await diagnose(error, checkpoint, read) : error;
  });
  const [bundle] = partialTiles(size).filter(({ level }) => level === 'entries');
  if (bundle === undefined) return { frontier, tail: new Uint8Array(0), checkpoint };
  const path = tilePath(bundle);
  const tail = await readStored(read, path, MAX_BUNDLE_BYTES);
  checkEntries(path, tail, bundle.index * TILE_WIDTH, frontier.levels[0] ?? new Uint8Array(0));
  return { frontier, tail, checkpoint };
}

/** Which file at the right edge is wrong: the one that leads to the signed root once it is computed from below. */
async function diagnose(
  { frontier }: RootMismatch,
  { root }: SignedCheckpoint,
  read: ReadFile,
): Promise<EvidenceError> {
  const suspects: string[] = [];
  for (const id of partialTiles(frontier.size)) {
    if (id.level === 'entries') continue;
    const rebuilt = await rebuild(id, read).catch(() => undefined);
    const levels = frontier.levels.with(id.level, rebuilt ?? new Uint8Array(0));
    if (rebuilt !== undefined && equalBytes(frontierRoot({ ...frontier, levels }), root))
      return damaged(tilePath(id), 'its hashes do not lead to the signed root');
    if (rebuilt === undefined || !equalBytes(rebuilt, frontier.levels[id.level] ?? new Uint8Array(0)))
      suspects.push(tilePath(id), ...(id.level === 0 ? [tilePath({ ...id, level: 'entries' })] : []));
  }
  return suspects.length === 0
    ? damaged(CHECKPOINT, 'it is signed, but the entries are not those it speaks for')
    : damaged(suspects.join(', '), 'one or more of these do not lead to the signed root');
}

async function rebuild({ level, index, width }: TileId, read: ReadFile): Promise<Uint8Array> {
  if (level === 'entries' || level === 0) {
    const path = tilePath({ level: 'entries', index, width });
    const { entries } = decodeEntries(await readStored(read, path, MAX_BUNDLE_BYTES));
    return Buffer.concat(entries.map(leafHash));
  }
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < width; at += 1)
    hashes.push(
      perfectRoot(
        await readTile(read, { level: level - 1, index: index * TILE_WIDTH + at, width: TILE_WIDTH }),
      ),
    );
  return Buffer.concat(hashes);
}

interface Tail {
  /** Beyond the checkpoint, or unknown. */
  readonly strange: readonly string[];
  /** Partial tiles that a crash kept from being removed; all they hold is in longer ones. */
  readonly superseded: readonly string[];
}

/** Sorts every file below `tile/`. @throws EvidenceError `ledger-damaged` when one that is covered is missing. */
async function surveyTail(files: LedgerFiles, { frontier, checkpoint, tail }: LedgerState): Promise<Tail> {
  const { size } = checkpoint;
  const tree = treeView(frontier, files.read);
  const edge = new Set(partialTiles(size).map(tilePath));
  const found = new Set(await files.list('tile'));
  const strange: string[] = [];
  const superseded: string[] = [];
  for (const path of found) {
    const id = parseTilePath(path);
    if (id === undefined || leavesOf(id).end > size) strange.push(path);
    else if (id.width < TILE_WIDTH && !edge.has(path))
      ((await isPrefix(id, tail)) ? superseded : strange).push(path);
  }
  for (const level of ['entries', ...frontier.levels.keys()] as const)
    for (let index = 0; index < edgeIndex(level, size); index += 1) {
      const path = tilePath({ level, index, width: TILE_WIDTH });
      if (!found.has(path)) throw damaged(path, 'it is missing');
    }
  if (await files.read(CHECKPOINT_NEXT, 0).then(Boolean, () => false)) strange.push(CHECKPOINT_NEXT);
  return { strange, superseded };

  async function isPrefix(id: TileId, open: Uint8Array): Promise<boolean> {
    const bytes = await files.read(tilePath(id), MAX_BUNDLE_BYTES);
    const whole =
      id.level !== 'entries'
        ? await tree.tile(id.level, id.index)
        : id.index === edgeIndex('entries', size)
          ? open
          : await readStored(files.read, tilePath({ ...id, width: TILE_WIDTH }), MAX_BUNDLE_BYTES);
    const width = id.level === 'entries' ? decodeEntries(bytes).entries.length : bytes.length / HASH_BYTES;
    return width === id.width && equalBytes(bytes, whole.subarray(0, bytes.length));
  }
}

/** Nothing is deleted that the checkpoint does not cover: it is put aside, for whoever wants to look. */
async function cut(
  files: LedgerFiles,
  { checkpoint }: LedgerState,
  { strange, superseded }: Tail,
): Promise<Recovery> {
  for (const path of superseded) await files.remove(path);
  if (strange.length === 0) return { kind: 'intact' };
  const { size } = checkpoint;
  const taken = new Set((await files.list('cut')).map((path) => path.split('/')[1]));
  let attempt = 1;
  while (taken.has(`${size}-${attempt}`)) attempt += 1;
  const movedTo = `cut/${size}-${attempt}`;
  let bytes = 0;
  let last = size;
  const folders = new Set<string>();
  for (const path of strange) {
    const content = await files.read(path, MAX_BUNDLE_BYTES);
    const id = parseTilePath(path);
    bytes += content.length;
    if (id?.level === 'entries')
      last = Math.max(last, leavesOf(id).start + decodeEntries(content).entries.length);
    // Signed but never published: kept, it would be a second checkpoint of the same size.
    if (path === CHECKPOINT_NEXT) await files.remove(path);
    else {
      const to = `${movedTo}/${path}`;
      await makeFolders(dirname(to), folders);
      await files.rename(path, to);
      folders.add(dirname(path)).add(dirname(to));
    }
  }
  for (const folder of [...folders, '.']) await files.syncDirectory(folder);
  return { kind: 'cut', size, entries: last - size, bytes, files: strange, movedTo };

  async function makeFolders(folder: string, changed: Set<string>): Promise<void> {
    if (folder === '.') return;
    await makeFolders(dirname(folder), changed);
    if (await files.makeDirectory(folder)) changed.add(dirname(folder));
  }
}

/** A crash between the commit that put a new key in force and the renaming of its file. */
async function finishRotation(
  files: LedgerFiles,
  { checkpoint, frontier, tail }: LedgerState,
  keys: Keys,
): Promise<void> {
  const index = checkpoint.size - 1;
  const [entry] = (
    await readBundle(files.read, treeView(frontier, files.read), tail, Math.floor(index / TILE_WIDTH))
  ).slice(index % TILE_WIDTH);
  const read = entry === undefined ? undefined : readRotation(index, entry);
  if (read?.kind !== 'rotation' || read.rotation.next.vkey !== keys.staged?.key.vkey)
    throw new EvidenceError('key-mismatch', 'the next key signed the ledger without a recorded rotation', {
      file: CHECKPOINT,
    });
  await keys.promote();
}
