import { type FSWatcher, watch } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FilePath, FileWriter } from '@komainu/model';
import { ROOT } from '../disk/names.ts';
import type { FromEvents, ToEvents } from './messages.ts';
import { openSource } from './sources/open-source.ts';
import type { SourceName } from './sources/source.ts';

/**
 * The event thread: hears of changes and passes them on, and does nothing that takes time, so that the kernel's queue
 * (16,384 events) is emptied at once.
 */
const { port, events: wanted } = workerData as {
  readonly port: MessagePort;
  readonly events: SourceName | 'auto';
};
let gates: FSWatcher[] = [];
const pending = new Map<FilePath, FileWriter | null>();
let heard = 0;
let waiting = false;
let scheduled = false;

const say = (message: FromEvents) => port.postMessage(message, []);

/** One batch is on its way at a time; meanwhile events of one path become one, so memory is bounded by paths. */
function flush(): void {
  scheduled = false;
  if (waiting || pending.size === 0) return;
  waiting = true;
  say({ kind: 'events', paths: [...pending], heard });
  pending.clear();
  heard = 0;
}

function note(path: FilePath, who: FileWriter | null): void {
  pending.set(path, who);
  heard += 1;
  if (scheduled || waiting) return;
  scheduled = true;
  setImmediate(flush);
}

const { source, refused } = openSource(wanted, {
  changed: note,
  lost: (detail) => say({ kind: 'lost', detail }),
});
say({ kind: 'source', name: source.name, refused });

function moveTo(real: string, names: readonly (readonly [string, string])[]): void {
  source.moveTo(real);
  for (const gate of gates) gate.close();
  gates = [];
  for (const [directory, name] of names)
    try {
      const gate = watch(
        directory,
        (_, changed) => (changed === null || changed === name) && note(ROOT, null),
      );
      gate.on('error', () => note(ROOT, null));
      gates.push(gate);
    } catch {
      // The reconcile looks at the root itself every time; a gate only makes it sooner.
    }
}

// The main thread's one word: end.
parentPort?.once('message', () => {
  void source.close().then(() => process.exit());
});
port.on('message', (message: ToEvents) => {
  switch (message.kind) {
    case 'root':
      return moveTo(message.real, message.gates);
    case 'arm': {
      const failed: [FilePath, string][] = [];
      for (const path of message.paths) {
        const why = source.arm(path);
        if (why !== null) failed.push([path, why]);
      }
      return say({ kind: 'armed', paths: message.paths, failed });
    }
    case 'disarm':
      return message.paths.forEach((path) => source.disarm(path));
    case 'next':
      waiting = false;
      return flush();
    case 'ping':
      return say({ kind: 'pong' });
  }
});
