import type { CheckId, ReportId, ShopId } from '@komainu/model';
import { reasonOf, type ServerError } from '../error.ts';
import type { Log } from '../log.ts';
import type { Batch, Store, StoredCheck, StoredReport } from '../store/store.ts';
import { storageError } from './ledger-handle.ts';
import { mergeBatches } from './rows.ts';

/**
 * Writes folded state to the store behind the fold's back, in order, many entries to a transaction. An alarm does not
 * wait for the database, and a database that cannot be written stops no halt: the ledger has it all, and at the next
 * start the store is caught up from its cursor.
 */
export interface WriteBehind {
  put(batch: Batch): void;
  /** Resolves when everything put so far is written, or cannot be. */
  flush(): Promise<void>;
  /** Why the last writing failed; null when it did not. */
  problem(): ServerError | null;
  /** As written, or about to be. */
  report(shop: ShopId, id: ReportId): Promise<StoredReport | null>;
  check(shop: ShopId, id: CheckId): Promise<StoredCheck | null>;
}

export function writeBehind(store: Store, log: Log): WriteBehind {
  let waiting: Batch | null = null;
  let underWay: Batch | null = null;
  let writing: Promise<void> | null = null;
  let refused: ServerError | null = null;

  const write = async () => {
    while (waiting !== null) {
      underWay = waiting;
      waiting = null;
      try {
        await store.apply(underWay);
        refused = null;
      } catch (error) {
        waiting = mergeBatches(underWay, waiting);
        if (refused === null)
          log.error({ reason: reasonOf(error) }, 'the state could not be written; the ledger has it');
        refused = storageError(error);
        return;
      } finally {
        underWay = null;
      }
    }
  };
  const start = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = null;
      // Put after the last look of the loop: nobody else would start it. A refusal waits for the next flush.
      if (waiting !== null && refused === null) void start();
    });
    return writing;
  };
  const pending = (): readonly Batch[] => [underWay, waiting].filter((batch) => batch !== null);

  return {
    put(batch) {
      waiting = mergeBatches(waiting, batch);
      void start();
    },
    async flush() {
      if (waiting !== null || writing !== null) await start();
    },
    problem: () => refused,
    async report(shop, id) {
      const batches = pending();
      const held = batches
        .flatMap(({ reports }) => reports)
        .find((row) => row.shop === shop && row.id === id);
      return held ?? (await store.report(shop, id));
    },
    async check(shop, id) {
      const held = pending()
        .flatMap(({ checks }) => checks)
        .find((row) => row.shop === shop && row.id === id);
      return held ?? (await store.check(shop, id));
    },
  };
}
