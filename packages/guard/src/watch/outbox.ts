import type { FilePath } from '@komainu/model';
import { type Found, type Gap, pairRenames } from '../disk/difference.ts';
import type { FromVerifier } from './messages.ts';

/** What has been found and not yet told; bounded by letting the finder wait. */
export interface Outbox {
  add(found: Found): void;
  gap(gap: Gap): void;
  settle(path: FilePath): void;
  /** Enough for a message of its own. */
  isFull(): boolean;
  isEmpty(): boolean;
  flush(clear: boolean): void;
  /** The main thread has taken so many bytes over. */
  taken(bytes: number): void;
  /** Resolves when there is room for more bytes. */
  room(): Promise<void>;
}

const MANY = 200;
const HEAVY = 8 << 20;
/** Bodies the main thread has not yet put into its blob store. */
const MOST = 64 << 20;

export function makeOutbox(send: (message: FromVerifier, transfer: ArrayBuffer[]) => void): Outbox {
  let found: Found[] = [];
  let gaps: Gap[] = [];
  let settled: FilePath[] = [];
  let bytes = 0;
  let outstanding = 0;
  let waiters: (() => void)[] = [];
  return {
    add: (one) => {
      found.push(one);
      bytes += one.bytes?.byteLength ?? 0;
    },
    gap: (gap) => gaps.push(gap),
    settle: (path) => settled.push(path),
    isFull: () => found.length >= MANY || gaps.length >= MANY || bytes >= HEAVY,
    isEmpty: () => found.length + gaps.length + settled.length === 0,
    flush: (clear) => {
      const paired = pairRenames(found);
      const transfer = paired.flatMap((one) => (one.bytes ? [one.bytes.buffer as ArrayBuffer] : []));
      outstanding += transfer.reduce((sum, buffer) => sum + buffer.byteLength, 0);
      send({ kind: 'found', found: paired, gaps, settled, clear }, transfer);
      found = [];
      gaps = [];
      settled = [];
      bytes = 0;
    },
    taken: (count) => {
      outstanding -= count;
      if (outstanding > MOST) return;
      for (const go of waiters) go();
      waiters = [];
    },
    room: async () =>
      outstanding <= MOST ? undefined : new Promise((resolve) => void waiters.push(resolve)),
  };
}
