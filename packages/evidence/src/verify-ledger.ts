import { join } from 'node:path';
import { planSlices } from './bundle-plan.ts';
import { equalBytes } from './bytes.ts';
import { checkKeys, checkSlices, naming, type ReadCheckpoint, readCheckpointFile } from './check-entries.ts';
import { CHECKPOINT, type LedgerState } from './commit.ts';
import { isMissing, reasonOf, EvidenceError } from './errors.ts';
import { readAtMost } from './files.ts';
import { type Problem, problemList, type Problems } from './problems.ts';
import { MAX_CHECKPOINT_BYTES, readState } from './recover.ts';
import { TILE_WIDTH, tilePath, widthOf } from './tile-path.ts';
import { type ReadFile, treeView } from './tree-view.ts';

export type LedgerVerdict =
  | {
      readonly ok: true;
      readonly origin: string;
      readonly size: number;
      /** The signed checkpoint, letter by letter. */
      readonly checkpoint: string;
      /** Oldest first, as vkeys; the last one signed. */
      readonly keys: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A writer at work replaces the checkpoint and removes short tiles while we read; then we look again. */
const MAX_ATTEMPTS = 50;

/**
 * Verifies every entry of a ledger's directory, also while its writer works. Files beyond the checkpoint are not
 * looked at: they are a commit under way, or what a crash left of one. Never throws for what the files hold.
 */
export async function verifyLedger(dir: string, publicKey: string): Promise<LedgerVerdict> {
  const problems = problemList();
  const read: ReadFile = (path, maxBytes) => readAtMost(join(dir, path), maxBytes);
  try {
    const start = await readStart(read, problems);
    if (start === undefined) return { ok: false, problems: problems.all };
    const { state, signed } = start;
    const { origin, size } = signed.checkpoint;
    const slices = planSlices({ size, from: 0, to: size, rotations: [] });
    const edge = tilePath({
      level: 'entries',
      index: Math.floor(size / TILE_WIDTH),
      width: widthOf('entries', Math.floor(size / TILE_WIDTH), size),
    });
    const work = {
      tree: treeView(state.frontier, read),
      slices,
      // The short bundle was read with the checkpoint; by now it may have been replaced.
      read: (path: string, maxBytes: number) =>
        path === edge ? Promise.resolve(state.tail) : read(path, maxBytes),
    };
    const rotations = await checkSlices(work, problems, () => undefined);
    const keys = checkKeys(CHECKPOINT, signed, publicKey, rotations, problems);
    if (keys !== undefined && problems.all.length === 0)
      return { ok: true, origin, size, checkpoint: signed.text, keys: keys.map(({ vkey }) => vkey) };
  } catch (error) {
    problems.add(dir, 'unreadable', `reading failed: ${reasonOf(error)}`);
  }
  return { ok: false, problems: problems.all };
}

interface Start {
  readonly signed: ReadCheckpoint;
  readonly state: LedgerState;
}

async function readStart(read: ReadFile, problems: Problems): Promise<Start | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const bytes = await readNote(read);
    if (bytes === undefined) {
      problems.add(CHECKPOINT, 'missing', 'there is no checkpoint, so this is not a ledger');
      return undefined;
    }
    const signed = readCheckpointFile(CHECKPOINT, bytes, problems);
    if (signed === undefined) return undefined;
    const checkpoint = { ...signed.checkpoint, note: signed.text };
    const state = await readState(read, checkpoint).catch((error: unknown) => error);
    if (!(state instanceof Error)) return { signed, state: state as LedgerState };
    const again = await readNote(read);
    if (attempt < MAX_ATTEMPTS && again !== undefined && !equalBytes(again, bytes)) continue;
    return naming(CHECKPOINT, problems, () => Promise.reject(state));
  }
}

async function readNote(read: ReadFile): Promise<Uint8Array | undefined> {
  try {
    return await read(CHECKPOINT, MAX_CHECKPOINT_BYTES);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new EvidenceError('disk', `cannot read the checkpoint: ${reasonOf(error)}`, { cause: error });
  }
}
