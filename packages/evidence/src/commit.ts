import { dirname } from 'node:path/posix';
import { concat } from './bytes.ts';
import { type Checkpoint, checkpointText } from './checkpoint.ts';
import { encodeEntry } from './entry-bundle.ts';
import { EvidenceError, reasonOf } from './errors.ts';
import type { LedgerFiles, WrittenFile } from './files.ts';
import { type Frontier, frontierRoot, grow } from './frontier.ts';
import { leafHash } from './merkle.ts';
import { type Signer, signNote } from './note.ts';
import { edgeIndex, levelsOf, TILE_WIDTH, type TileId, tilePath, widthOf } from './tile-path.ts';

export const CHECKPOINT = 'checkpoint';
export const CHECKPOINT_NEXT = 'checkpoint.tmp';

export interface SignedCheckpoint extends Checkpoint {
  /** The checkpoint file, letter by letter: a receipt to keep elsewhere. */
  readonly note: string;
}

/** Everything the writer knows of the ledger. Replaced as a whole when a commit is safe, never changed. */
export interface LedgerState {
  readonly frontier: Frontier;
  /** The partial entry bundle at the right edge, encoded. */
  readonly tail: Uint8Array;
  readonly checkpoint: SignedCheckpoint;
}

export interface CommitPlan {
  readonly state: LedgerState;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  /** Partial tiles that longer ones replace; they go when the new checkpoint is safe. */
  readonly superseded: readonly string[];
}

export function signCheckpoint(frontier: Frontier, signer: Signer): SignedCheckpoint {
  const checkpoint = { origin: signer.key.name, size: frontier.size, root: frontierRoot(frontier) };
  return { ...checkpoint, note: signNote(checkpointText(checkpoint), signer) };
}

/** The partial tiles that a tree of this size has: at most one per level, and one of entries. */
export function partialTiles(size: number): readonly TileId[] {
  const levels: TileId['level'][] = [
    'entries',
    ...Array.from({ length: levelsOf(size) }, (_, level) => level),
  ];
  return levels.flatMap((level) => {
    const index = edgeIndex(level, size);
    const width = widthOf(level, index, size);
    return width === 0 ? [] : [{ level, index, width }];
  });
}

export function planCommit(before: LedgerState, entries: readonly Uint8Array[], signer: Signer): CommitPlan {
  const { frontier, full } = grow(before.frontier, entries.map(leafHash));
  const bundles = packEntries(before, entries);
  const old = new Set(partialTiles(before.frontier.size).map(tilePath));
  const partial = partialTiles(frontier.size);
  const state = { frontier, tail: bundles.tail, checkpoint: signCheckpoint(frontier, signer) };
  return {
    state,
    files: [
      ...bundles.full.map(({ index, bytes }) => ({ path: fullPath('entries', index), bytes })),
      ...full.map(({ level, index, hashes }) => ({ path: fullPath(level, index), bytes: hashes })),
      ...partial
        .map((id) => ({
          path: tilePath(id),
          bytes: id.level === 'entries' ? state.tail : (frontier.levels[id.level] ?? new Uint8Array(0)),
        }))
        .filter(({ path }) => !old.has(path)),
    ],
    superseded: [...old].filter((path) => !partial.some((id) => tilePath(id) === path)),
  };
}

const fullPath = (level: TileId['level'], index: number): string =>
  tilePath({ level, index, width: TILE_WIDTH });

function packEntries({ frontier, tail }: LedgerState, entries: readonly Uint8Array[]) {
  const full: { readonly index: number; readonly bytes: Uint8Array }[] = [];
  let open = tail;
  let index = edgeIndex('entries', frontier.size);
  let room = TILE_WIDTH - (frontier.size % TILE_WIDTH);
  for (let at = 0; at < entries.length; ) {
    const taken = entries.slice(at, at + room);
    open = concat([open, ...taken.map(encodeEntry)]);
    at += taken.length;
    room -= taken.length;
    if (room > 0) continue;
    full.push({ index, bytes: open });
    open = new Uint8Array(0);
    index += 1;
    room = TILE_WIDTH;
  }
  return { full, tail: open };
}

/** `not-written`: as if it had never been tried. `unknown`: only opening the ledger again can tell. */
export class CommitFailure extends EvidenceError {
  readonly outcome: 'not-written' | 'unknown';
  constructor(outcome: 'not-written' | 'unknown', cause: unknown) {
    const then =
      outcome === 'unknown' ? ', and whether it took effect is unknown until the ledger is opened again' : '';
    super('disk', `the ledger could not be written: ${reasonOf(cause)}${then}`, { cause });
    this.outcome = outcome;
  }
}

/** Writes commits, one at a time. Remembers which folders are known to survive a power cut. */
export function committer(files: LedgerFiles) {
  const durable = new Set<string>(['.']);

  /** Adds to `unsynced` each folder that has a name in it which is not yet safe. */
  async function prepare(folder: string, unsynced: Set<string>): Promise<void> {
    if (durable.has(folder)) return;
    await prepare(dirname(folder), unsynced);
    await files.makeDirectory(folder);
    unsynced.add(dirname(folder));
  }

  async function writeAhead(plan: CommitPlan): Promise<void> {
    const written: WrittenFile[] = [];
    const all = [...plan.files, { path: CHECKPOINT_NEXT, bytes: Buffer.from(plan.state.checkpoint.note) }];
    // The next checkpoint's own name need not be safe before it is renamed, only its bytes.
    const folders = new Set(plan.files.map(({ path }) => dirname(path)));
    try {
      const unsynced = new Set(folders);
      for (const folder of folders) await prepare(folder, unsynced);
      await settled(all.map(async ({ path, bytes }) => written.push(await files.write(path, bytes))));
      const syncs = written.splice(0).map((file) => file.sync());
      await settled([...syncs, ...[...unsynced].map((folder) => files.syncDirectory(folder))]);
      for (const folder of unsynced) durable.add(folder);
      for (const folder of folders) durable.add(folder);
    } catch (error) {
      await Promise.allSettled(written.map((file) => file.close()));
      await Promise.allSettled(all.map(({ path }) => files.remove(path)));
      throw new CommitFailure('not-written', error);
    }
  }

  return {
    /** @throws CommitFailure */
    async commit(plan: CommitPlan): Promise<void> {
      // First all that the new checkpoint covers; then, by one rename, the checkpoint. A crash anywhere leaves the
      // old one, with files beyond it that recovery cuts off, or the new one with every byte it speaks for.
      await writeAhead(plan);
      try {
        await files.rename(CHECKPOINT_NEXT, CHECKPOINT);
        await files.syncDirectory('.');
      } catch (error) {
        throw new CommitFailure('unknown', error);
      }
    },

    /** Housekeeping; what it leaves behind, recovery removes. */
    async removeSuperseded({ superseded, state }: CommitPlan): Promise<void> {
      const kept = new Set(partialTiles(state.frontier.size).map((id) => dirname(tilePath(id))));
      await Promise.allSettled(
        superseded.map(async (path) => {
          const folder = dirname(path);
          await files.remove(path);
          if (kept.has(folder)) return;
          durable.delete(folder);
          await files.removeDirectory(folder);
        }),
      );
    },
  };
}

/** Waits for all, also when one fails: nothing may still be writing when the clean-up begins. */
async function settled(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
