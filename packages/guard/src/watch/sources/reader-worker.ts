import { parentPort, workerData } from 'node:worker_threads';
import type { FileWriter } from '@komainu/model';
import { loadLibc } from './libc.ts';
import { parseFanotify, parseInotify } from './parse.ts';
import { makeWriters } from './writer.ts';

/** What one read of the kernel's queue gave. */
export interface Heap {
  readonly events: readonly {
    readonly directory: string;
    readonly name: string | null;
    readonly who: FileWriter | null;
  }[];
  readonly lost: boolean;
}

// The entry of the thread that waits in a blocking call for the kernel: events are taken from its queue at once,
// however busy the other threads are.
const { fd, kind, stop } = workerData as {
  readonly fd: number;
  readonly kind: 'inotify' | 'fanotify';
  readonly stop: Int32Array<SharedArrayBuffer>;
};
const libc = loadLibc();
if (!libc) throw new Error('koffi is gone');
const parse = kind === 'inotify' ? parseInotify : parseFanotify;
const writerOf = makeWriters();
const queue = Buffer.alloc(256 << 10);
const waited = Buffer.alloc(8);
const READABLE = 1;
/** So often it looks whether it is to end. */
const WAIT_MS = 200;

while (Atomics.load(stop, 0) === 0) {
  waited.writeInt32LE(fd, 0);
  waited.writeInt16LE(READABLE, 4);
  if (libc.poll(waited, 1, WAIT_MS) <= 0) continue;
  const size = libc.read(fd, queue, queue.length);
  if (size <= 0) {
    const { code, words } = libc.error();
    if (code === 'EAGAIN' || code === 'EINTR') continue;
    throw new Error(`the kernel's events cannot be read: ${code}: ${words}`);
  }
  const { events, lost } = parse(queue.subarray(0, size));
  // Events of one name are one: what is there is looked at as it is. The last writer counts.
  const merged = new Map<string, Heap['events'][number]>();
  for (const { directory, name, pid } of events)
    merged.set(`${directory}/${name ?? ''}`, { directory, name, who: writerOf(pid) });
  const heap: Heap = { events: [...merged.values()], lost };
  parentPort?.postMessage(heap, []);
}
