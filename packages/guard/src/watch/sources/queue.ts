import { closeSync } from 'node:fs';
import type { FilePath, FileWriter } from '@komainu/model';
import { child } from '../../disk/names.ts';
import { startWorker } from '../../worker.ts';
import type { Heap } from './reader-worker.ts';
import type { Heard } from './source.ts';

/** Which directory the kernel means, and what became of it. */
export interface Directories {
  set(key: string, path: FilePath): void;
  keyOf(path: FilePath): string | undefined;
  /** False where the key is another path's by now: a directory that was renamed. */
  remove(path: FilePath): boolean;
  keys(): Iterable<string>;
  clear(): void;
  /** Ends the thread, then closes the queue. */
  close(): Promise<void>;
}

/** Reads the queue in a thread of its own and translates what it says into paths. */
export function readQueue(fd: number, kind: 'inotify' | 'fanotify', heard: Heard): Directories {
  const byKey = new Map<string, FilePath>();
  const byPath = new Map<FilePath, string>();
  const tell = (directory: string, name: string | null, who: FileWriter | null) => {
    const path = byKey.get(directory);
    if (path !== undefined) heard.changed(name === null ? path : child(path, name), who);
  };
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const reader = startWorker(import.meta.url, './reader-worker', {
    workerData: { fd, kind, stop },
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  reader.on('message', ({ events, lost }: Heap) => {
    for (const { directory, name, who } of events) tell(directory, name, who);
    if (lost) heard.lost(`the kernel's queue of ${kind} events overflowed`);
  });
  // Without its reader this thread is deaf: it ends too, which is told, and both are started again.
  reader.on('error', (error) => {
    closeSync(fd);
    throw error;
  });
  const ended = new Promise<void>((done) => reader.on('exit', () => done()));
  return {
    set(key, path) {
      byKey.set(key, path);
      byPath.set(path, key);
    },
    keyOf: (path) => byPath.get(path),
    remove(path) {
      const key = byPath.get(path);
      byPath.delete(path);
      return key !== undefined && byKey.get(key) === path && byKey.delete(key);
    },
    keys: () => byKey.keys(),
    clear() {
      byKey.clear();
      byPath.clear();
    },
    async close() {
      // Asked, never terminated: a thread that is stopped inside koffi takes the whole process with it.
      Atomics.store(stop, 0, 1);
      await ended;
      closeSync(fd);
    },
  };
}
