import { type Instant, instant } from '@komainu/model';
import { CommitFailure, committer, type LedgerState, planCommit, type SignedCheckpoint } from './commit.ts';
import { MAX_ENTRY_BYTES } from './entry-bundle.ts';
import { EvidenceError, reasonOf } from './errors.ts';
import { type LedgerFiles, openDirectory } from './files.ts';
import type { Keys } from './keys.ts';
import { consistencySpans, EMPTY_ROOT, type Hash, inclusionSpans, type Span } from './merkle.ts';
import { recover, type Recovery } from './recover.ts';
import { mayHoldRotation, readRotation, rotationEntry } from './rotation.ts';
import { TILE_WIDTH } from './tile-path.ts';
import { readBundle, type TileCache, treeView, type TreeView } from './tree-view.ts';

/** Given when an entry is safe on the device; the checkpoint is a receipt worth keeping elsewhere. */
export interface Appended {
  readonly index: number;
  readonly checkpoint: SignedCheckpoint;
}

export interface IndexedEntry {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** The ledger as it was at one checkpoint; stays readable while the ledger grows. */
export interface Snapshot {
  readonly checkpoint: SignedCheckpoint;
  readonly tree: TreeView;
  /** The entries `256 * index` up to `256 * index + 255`, as far as there are. */
  bundle(index: number): Promise<readonly Uint8Array[]>;
}

export interface Ledger {
  readonly origin: string;
  readonly keys: Keys;
  /** What opening found. `cut` and `created` are worth an entry of their own. */
  readonly recovery: Recovery;
  readonly size: number;
  /**
   * Resolves when the entry is safe; entries given while a commit runs share the next one.
   * @throws EvidenceError `entry-too-large`, `entry-reserved`, `disk` (not stored; try again), `ledger-stopped`
   * (perhaps stored; open the ledger again), `ledger-closed`.
   */
  append(entry: Uint8Array): Promise<Appended>;
  /** Puts a new key in force and records it. From its entry on, checkpoints are signed by the new key. */
  rotateKey(): Promise<Appended>;
  checkpoint(): SignedCheckpoint;
  /** @throws EvidenceError `out-of-range`, `ledger-damaged` */
  entry(index: number): Promise<Uint8Array>;
  /** From `from` up to, not including, `to`, which is at most the size at the time of the call. */
  entries(from?: number, to?: number): AsyncIterable<IndexedEntry>;
  /** For the tree of `size` entries; the current one when left out. */
  inclusionProof(index: number, size?: number): Promise<readonly Hash[]>;
  consistencyProof(from: number, to?: number): Promise<readonly Hash[]>;
  /** The root of the tree of the first `size` entries. */
  rootAt(size: number): Promise<Hash>;
  snapshot(): Snapshot;
  /** Waits for the appends under way, then lets another process become the writer. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly dir: string;
  /** Their name is the log's origin. */
  readonly keys: Keys;
  /** Instead of `dir`'s own files: for tests that pull the plug. */
  readonly files?: LedgerFiles;
  readonly now?: () => Instant;
}

const MAX_COMMIT_ENTRIES = 16 * TILE_WIDTH;
const MAX_COMMIT_BYTES = 16 * 1024 * 1024;

type Job = {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
} & ({ readonly kind: 'append'; readonly entry: Uint8Array } | { readonly kind: 'rotate' });

/**
 * Opens the one writer of a ledger; creates an empty ledger in an empty directory.
 * @throws EvidenceError `ledger-locked`, `ledger-damaged` (names the file; nothing is changed), `key-mismatch`, `disk`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { dir, keys, now = instant } = options;
  const { files, unlock, state: recovered, recovery } = await openFiles(dir, keys, options.files);
  const writer = committer(files);
  const cache: TileCache = new Map();
  const jobs: Job[] = [];
  /** The full bundle read last: who reads one entry often wants its neighbour. */
  let recent: { readonly index: number; readonly entries: readonly Uint8Array[] } | undefined;
  let state = recovered;
  let snapshot = snapshotOf(state);
  let running: Promise<void> | undefined;
  let stopped: EvidenceError | undefined;
  let closed: EvidenceError | undefined;

  function snapshotOf(at: LedgerState): Snapshot {
    const tree = treeView(at.frontier, files.read, cache);
    const bundle = async (index: number): Promise<readonly Uint8Array[]> => {
      if (recent?.index === index) return recent.entries;
      const entries = await readBundle(files.read, tree, at.tail, index);
      if (entries.length === TILE_WIDTH) recent = { index, entries };
      return entries;
    };
    return { checkpoint: at.checkpoint, tree, bundle };
  }

  function enqueue(make: (job: Pick<Job, 'resolve' | 'reject'>) => Job): Promise<Appended> {
    const refusal = closed ?? stopped;
    if (refusal !== undefined) return Promise.reject(refusal);
    const done = new Promise<Appended>((resolve, reject) => jobs.push(make({ resolve, reject })));
    running ??= run();
    return done;
  }

  async function run(): Promise<void> {
    // One turn later, so that appends made together are committed together.
    await Promise.resolve();
    for (let batch = takeBatch(jobs); batch.length > 0; batch = takeBatch(jobs)) await commit(batch);
    running = undefined;
  }

  async function commit(batch: readonly Job[]): Promise<void> {
    const first = state.frontier.size;
    try {
      const rotating = batch[0]?.kind === 'rotate';
      const signer = rotating ? await keys.stage() : keys.signer;
      const entries = batch.map((job) =>
        job.kind === 'append' ? job.entry : rotationEntry(first, now(), keys.signer, signer),
      );
      const plan = planCommit(state, entries, signer);
      await writer.commit(plan);
      state = plan.state;
      snapshot = snapshotOf(state);
      if (rotating) await putInForce();
      for (const [at, job] of batch.entries())
        job.resolve({ index: first + at, checkpoint: state.checkpoint });
      await writer.removeSuperseded(plan);
    } catch (error) {
      if (error instanceof CommitFailure && error.outcome === 'unknown') stop(error);
      for (const job of batch) job.reject(stopped ?? error);
    }
  }

  async function putInForce(): Promise<void> {
    try {
      await keys.promote();
    } catch (error) {
      stop(error);
      throw error;
    }
  }

  function stop(cause: unknown): void {
    const message = `the ledger takes no more entries until it is opened again: ${reasonOf(cause)}`;
    stopped = new EvidenceError('ledger-stopped', message, { cause });
    for (const job of jobs.splice(0)) job.reject(stopped);
  }

  function within(index: number, limit: number, what: string): void {
    if (Number.isSafeInteger(index) && index >= 0 && index <= limit) return;
    throw new EvidenceError(
      'out-of-range',
      `there is no ${what} ${index}; the ledger has ${state.frontier.size} entries`,
    );
  }

  const hashesOf = (spans: readonly Span[]): Promise<readonly Hash[]> =>
    Promise.all(spans.map((span) => snapshot.tree.spanHash(span)));

  const ledger: Ledger = {
    origin: keys.name,
    keys,
    recovery,
    get size() {
      return state.frontier.size;
    },
    append: async (entry) => {
      const refused = refuse(entry);
      if (refused !== undefined) throw refused;
      // A copy: the caller may use its buffer again before the commit.
      const own = Uint8Array.from(entry);
      return enqueue((job) => ({ ...job, kind: 'append', entry: own }));
    },
    rotateKey: () => enqueue((job) => ({ ...job, kind: 'rotate' })),
    checkpoint: () => state.checkpoint,
    entry: async (index) => {
      within(index, state.frontier.size - 1, 'entry');
      const entry = (await snapshot.bundle(Math.floor(index / TILE_WIDTH)))[index % TILE_WIDTH];
      return Uint8Array.from(entry ?? []);
    },
    async *entries(from = 0, to = state.frontier.size) {
      within(from, state.frontier.size, 'entry');
      within(to, state.frontier.size, 'entry');
      const fixed = snapshot;
      for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index += 1)
        for (const [at, bytes] of (await fixed.bundle(index)).entries()) {
          const number = index * TILE_WIDTH + at;
          if (number >= from && number < to) yield { index: number, bytes: Uint8Array.from(bytes) };
        }
    },
    inclusionProof: async (index, size = state.frontier.size) => {
      within(size, state.frontier.size, 'tree of size');
      within(index, size - 1, 'entry');
      return hashesOf(inclusionSpans(index, size));
    },
    consistencyProof: async (from, to = state.frontier.size) => {
      within(to, state.frontier.size, 'tree of size');
      within(from, to, 'tree of size');
      return hashesOf(consistencySpans(from, to));
    },
    rootAt: async (size) => {
      within(size, state.frontier.size, 'tree of size');
      return size === 0 ? EMPTY_ROOT : snapshot.tree.spanHash({ start: 0, end: size });
    },
    snapshot: () => snapshot,
    close: async () => {
      closed ??= new EvidenceError('ledger-closed', 'the ledger is closed');
      await running;
      await unlock();
    },
  };
  return ledger;
}

async function openFiles(dir: string, keys: Keys, given: LedgerFiles | undefined) {
  let unlock: (() => Promise<void>) | undefined;
  try {
    const files = given ?? (await openDirectory(dir));
    unlock = await files.lock();
    return { files, unlock, ...(await recover(files, keys)) };
  } catch (error) {
    await unlock?.();
    if (error instanceof EvidenceError) throw error;
    throw new EvidenceError('disk', `cannot open the ledger in ${dir}: ${reasonOf(error)}`, { cause: error });
  }
}

/** A rotation alone, or appends up to the limits of one commit. */
function takeBatch(jobs: Job[]): readonly Job[] {
  let bytes = 0;
  let count = 0;
  for (const job of jobs) {
    if (job.kind === 'rotate') {
      count = Math.max(count, 1);
      break;
    }
    bytes += job.entry.length;
    if (count > 0 && (count >= MAX_COMMIT_ENTRIES || bytes > MAX_COMMIT_BYTES)) break;
    count += 1;
  }
  return jobs.splice(0, count);
}

function refuse(entry: Uint8Array): EvidenceError | undefined {
  if (entry.length > MAX_ENTRY_BYTES)
    return new EvidenceError(
      'entry-too-large',
      `an entry of ${entry.length} bytes is longer than ${MAX_ENTRY_BYTES}; store its body as a blob and refer to it`,
    );
  // Whoever can have an entry written must not be able to have a key replaced, or the ledger made unverifiable.
  if (mayHoldRotation(entry) && readRotation(0, entry).kind !== 'other-entry')
    return new EvidenceError('entry-reserved', 'entries about keys are written by the ledger itself');
  return undefined;
}
