import {
  type BlobRef,
  type Blobs,
  type CheckId,
  canonicalBytes,
  type Instant,
  instant,
  type Json,
  type Judgement,
  LedgerEntry,
  type ReportId,
  type ShopId,
} from '@komainu/model';
import { applyEntry, type EntryDraft, initialState, type Recorded, type ShopState } from '@komainu/respond';
import { reasonOf, type ServerError } from '../error.ts';
import type { Log } from '../log.ts';
import type { Store, StoredCheck, StoredReport, StoredShop } from '../store/store.ts';
import { hashOf, whyRebuild } from './cursor.ts';
import { type LedgerHandle, storageError } from './ledger-handle.ts';
import { isEntry, type Line, readLines, withJudgement } from './line.ts';
import { addRows, noRows, type Rows } from './rows.ts';
import { writeBehind } from './write-behind.ts';

interface ShopMemory {
  readonly state: ShopState;
  /** The configuration last registered, and when the first was. */
  readonly config: BlobRef | null;
  readonly since: Instant | null;
}

export interface Journal {
  /**
   * Ledger, then state in memory, then listeners; resolves when all three are done. The store follows. The judgement of a `judged` entry is
   * handed along so that it need not be read back.
   * @throws ServerError `storage`: the entry is not in the ledger, or nobody knows.
   */
  append(draft: EntryDraft, judgement?: Judgement): Promise<Recorded>;
  shop(id: ShopId): ShopMemory;
  /** Entries that are folded: what a reader of the state has seen. */
  size(): number;
  /** The entries among the `limit` lines from `from`; the ledger's own lines (key rotations) are left out. */
  read(from: number, limit: number): Promise<readonly Recorded[]>;
  /** Calls back after each entry is folded; gives the function that ends it. */
  listen(listener: (recorded: Recorded) => void): () => void;
  /** Why evidence or state cannot be written at present; null when all is well. */
  problem(): ServerError | null;
  report(shop: ShopId, id: ReportId): Promise<StoredReport | null>;
  check(shop: ShopId, id: CheckId): Promise<StoredCheck | null>;
  /** Folds what a reopened ledger turned out to hold, and waits until the state is written, or cannot be. */
  catchUp(): Promise<void>;
  readonly opened: { readonly folded: number; readonly rebuilt: string | null };
}

export interface JournalOptions {
  readonly ledger: LedgerHandle;
  readonly store: Store;
  /** Where judgements are: the fold looks into them. */
  readonly blobs: Blobs;
  /** Names the code that folds; state folded by other code is folded anew. */
  readonly fold: string;
  readonly log: Log;
}

/** So many entries are folded in one transaction. */
const RUN = 256;
/** So many of the newest entries are kept in memory for live readers. */
const RECENT = 512;
/** Milliseconds by which clocks are set back in the ordinary course of things. */
const STEADY = 5_000;

/** Opens the journal and catches the store up with the ledger; where they disagree the ledger wins. */
export async function openJournal({ ledger, store, blobs, fold, log }: JournalOptions): Promise<Journal> {
  const written = writeBehind(store, log);
  const listeners = new Set<(recorded: Recorded) => void>();
  const recent = new Map<number, Line>();
  const shops = new Map<ShopId, ShopMemory>();
  let next = 0;
  let last: string | null = null;
  let durable = ledger.size();
  let folding: Promise<void> | null = null;
  let refused: ServerError | null = null;
  let latest = instant(0);

  const shop = (id: ShopId): ShopMemory =>
    shops.get(id) ?? { state: initialState(id), config: null, since: null };
  /** A clock set back a little does not turn the story round; one that was far ahead is not followed for ever. */
  const now = (): Instant => {
    const at = instant();
    const ahead = Date.parse(latest) - Date.parse(at);
    latest = ahead > 0 && ahead < STEADY ? latest : at;
    return latest;
  };

  const foldRun = async (publish: boolean) => {
    while (next < durable) {
      const read = await readLines(ledger, recent, next, Math.min(durable, next + RUN));
      const lines = await Promise.all(read.map((line) => withJudgement(line, blobs)));
      const touched = new Map<ShopId, StoredShop>();
      const rows = noRows();
      for (const line of lines) {
        remember(line);
        last = hashOf(line.bytes);
        foldLine(line, rows, touched);
      }
      next += lines.length;
      written.put({ cursor: { next, origin: ledger.origin, last, fold }, shops: touched, ...rows });
      if (publish) for (const line of lines) if (isEntry(line)) tell(line);
    }
  };
  const foldLine = (line: Line, rows: Rows, touched: Map<ShopId, StoredShop>) => {
    if (!isEntry(line)) return;
    const { entry } = line;
    latest = entry.at;
    addRows(rows, entry);
    // What concerns no shop (the server started) is told to every shop.
    for (const id of entry.shop === null ? [...shops.keys()] : [entry.shop]) {
      const before = shop(id);
      const state = applyEntry(before.state, line);
      const { config, since } =
        entry.kind === 'shop.registered'
          ? { config: entry.data.config, since: before.since ?? entry.at }
          : before;
      shops.set(id, { state, config, since });
      touched.set(id, { state: state as unknown as Json, config, since });
    }
  };
  const remember = (line: Line) => {
    recent.set(line.index, line);
    recent.delete(line.index - RECENT);
  };
  const tell = ({ index, entry, judgement }: Recorded) => {
    for (const listener of listeners)
      try {
        listener({ index, entry, judgement });
      } catch (error) {
        log.error({ reason: reasonOf(error), index }, 'a listener failed');
      }
  };
  const foldTo = async (size: number) => {
    // A run that is just ending may not have seen this size: look again until it is reached.
    for (;;) {
      if (next >= size) return;
      folding ??= foldRun(true).finally(() => {
        folding = null;
      });
      await folding;
    }
  };

  const rebuilt = await whyRebuild(store, ledger, fold);
  if (rebuilt === null) {
    const cursor = await store.cursor();
    next = cursor?.next ?? 0;
    last = cursor?.last ?? null;
    for (const [id, stored] of await store.shops())
      shops.set(id, { ...stored, state: stored.state as unknown as ShopState });
  } else await store.clear();
  const behind = durable - next;
  await foldRun(false);
  await written.flush();

  return {
    opened: { folded: behind, rebuilt },
    async append(draft, judgement) {
      const entry = LedgerEntry.parse({ ...draft, v: 1, at: now() });
      const bytes = canonicalBytes(entry);
      let index: number;
      try {
        index = await ledger.append(bytes);
      } catch (error) {
        refused = storageError(error);
        log.error({ reason: reasonOf(error), kind: entry.kind }, 'the ledger refused an entry');
        throw refused;
      }
      refused = null;
      if (index >= next) remember({ index, bytes, entry, judgement });
      durable = Math.max(durable, index + 1);
      await foldTo(index + 1);
      return { index, entry, judgement };
    },
    shop,
    size: () => next,
    async read(from, limit) {
      const lines = await readLines(ledger, recent, from, Math.min(next, from + limit));
      return lines.filter(isEntry).map(({ index, entry }) => ({ index, entry }));
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    problem: () => refused ?? written.problem(),
    report: (id, report) => written.report(id, report),
    check: (id, check) => written.check(id, check),
    async catchUp() {
      durable = Math.max(durable, ledger.size());
      await foldTo(durable);
      await written.flush();
    },
  };
}
