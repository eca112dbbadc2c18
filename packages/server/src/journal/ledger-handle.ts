import { EvidenceError, type IndexedEntry, type Ledger } from '@komainu/evidence';
import { reasonOf, ServerError } from '../error.ts';

/** What the journal needs of the ledger. */
export interface LedgerHandle {
  readonly origin: string;
  readonly vkey: string;
  /** Entries covered by the signed checkpoint. */
  size(): number;
  /** Resolves when the entry is durable. @throws ServerError `storage`: it is not, or nobody knows. */
  append(bytes: Uint8Array): Promise<number>;
  entry(index: number): Promise<Uint8Array>;
  entries(from: number, to: number): AsyncIterable<IndexedEntry>;
  /** The open ledger, for bundles and proofs. */
  current(): Ledger;
  /** Counts the times the ledger was opened again: entries may be there that no append acknowledged. */
  reopened(): number;
  close(): Promise<void>;
}

/** Not more often than this is a ledger that stopped itself opened again, in milliseconds. */
const REOPEN_AFTER = 500;

/**
 * The ledger stops itself when a write failed with an unknown outcome. Opening it again tells the outcome; until that
 * succeeds every append is refused, and nothing is acknowledged.
 */
export function holdLedger(first: Ledger, reopen: () => Promise<Ledger>): LedgerHandle {
  let ledger = first;
  let stopped: EvidenceError | null = null;
  let opening: Promise<void> | null = null;
  let triedAt = 0;
  let count = 0;
  let closed = false;

  const recover = async () => {
    triedAt = Date.now();
    await ledger.close().catch(() => undefined);
    ledger = await reopen();
    count += 1;
    stopped = null;
  };
  const ready = async () => {
    if (stopped === null) return;
    if (closed || (opening === null && Date.now() - triedAt < REOPEN_AFTER)) throw stopped;
    opening ??= recover().finally(() => {
      opening = null;
    });
    await opening;
  };

  return {
    get origin() {
      return ledger.origin;
    },
    get vkey() {
      return ledger.keys.vkey;
    },
    size: () => ledger.size,
    async append(bytes) {
      try {
        await ready();
        return (await ledger.append(bytes)).index;
      } catch (error) {
        if (error instanceof EvidenceError && error.code === 'ledger-stopped') stopped = error;
        throw storageError(error);
      }
    },
    entry: (index) => ledger.entry(index),
    entries: (from, to) => ledger.entries(from, to),
    current: () => ledger,
    reopened: () => count,
    close: async () => {
      closed = true;
      await ledger.close();
    },
  };
}

/** The sentence for a person when evidence cannot be written. */
export const storageError = (error: unknown): ServerError =>
  error instanceof ServerError
    ? error
    : new ServerError(
        'storage',
        `The evidence could not be stored, so nothing was acknowledged: ${reasonOf(error)}. Free disk space or repair the disk; what was sent will be accepted then.`,
        `証拠を保存できなかったため、受け付けていません（${reasonOf(error)}）。ディスクの空き容量を確保するか、ディスクを修復してください。その後は受け付けられます。`,
        error,
      );
