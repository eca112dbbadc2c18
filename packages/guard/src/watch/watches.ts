import type { FilePath } from '@komainu/model';
import { ROOT } from '../disk/names.ts';
import type { FromEvents, ToEvents } from './messages.ts';

/** The directories that are, or should be, watched. A directory is listed only after its watch is in force. */
export interface Watches {
  /** Every directory below the root, whether its watch could be set or not. */
  readonly directories: ReadonlyMap<FilePath, string>;
  /** Watch it (again) and then list it. `identity` tells it from another of the same name. */
  explore(path: FilePath, identity: string): void;
  drop(path: FilePath): void;
  reset(): void;
  onArmed(message: Extract<FromEvents, { kind: 'armed' }>): void;
  /** Asks for the watches that are due. */
  sendDue(): void;
  /** Watches are due or asked for, and their directories not yet listed. */
  isBusy(): boolean;
  /** Tries again what the system refused. */
  retryFailed(): void;
  readonly failed: ReadonlyMap<FilePath, string>;
}

const BATCH = 512;

export function makeWatches(send: (message: ToEvents) => void, listIt: (path: FilePath) => void): Watches {
  const directories = new Map<FilePath, string>();
  const due = new Set<FilePath>();
  const failed = new Map<FilePath, string>();
  let awaited = 0;
  return {
    directories,
    failed,
    explore(path, identity) {
      directories.set(path, identity);
      due.add(path);
    },
    drop(path) {
      if (!directories.delete(path)) return;
      due.delete(path);
      failed.delete(path);
      send({ kind: 'disarm', paths: [path] });
    },
    reset() {
      directories.clear();
      due.clear();
      failed.clear();
    },
    onArmed({ paths, failed: refused }) {
      awaited -= paths.length;
      for (const path of paths) failed.delete(path);
      for (const [path, why] of refused) failed.set(path, why);
      for (const path of paths) if (directories.has(path) || path === ROOT) listIt(path);
    },
    sendDue() {
      while (due.size > 0) {
        const paths = due.values().take(BATCH).toArray();
        for (const path of paths) due.delete(path);
        awaited += paths.length;
        send({ kind: 'arm', paths });
      }
    },
    isBusy: () => awaited + due.size > 0,
    retryFailed() {
      for (const path of failed.keys()) due.add(path);
    },
  };
}
