import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { FilePath } from '@komainu/model';
import { child, nameOf, ROOT, systemPath, textOfBytes } from '../disk/names.ts';
import { codeOf, sayError } from '../error.ts';
import type { FromEvents, ToEvents } from './messages.ts';

/**
 * The event thread: one fs.watch per directory, and nothing that takes time, so that the kernel's queue (16,384
 * events, whose overflow libuv swallows) is emptied at once. Never recursive: Node's own recursive watch goes blind
 * for good on a file that was once replaced by rename.
 */
const port = (workerData as { port: MessagePort }).port;
const watchers = new Map<FilePath, FSWatcher>();
let gates: FSWatcher[] = [];
let root = '';
const pending = new Set<FilePath>();
let waiting = false;
let scheduled = false;

const say = (message: FromEvents) => port.postMessage(message, []);

/** One batch is on its way at a time; meanwhile events of one path become one, so memory is bounded by paths. */
function flush(): void {
  scheduled = false;
  if (waiting || pending.size === 0) return;
  waiting = true;
  say({ kind: 'events', paths: [...pending] });
  pending.clear();
}

function note(path: FilePath): void {
  pending.add(path);
  if (scheduled || waiting) return;
  scheduled = true;
  setImmediate(flush);
}

function arm(path: FilePath): string | null {
  try {
    const where = systemPath(root, path);
    const own = path === ROOT ? textOfBytes(Buffer.from(basename(root))) : nameOf(path);
    const watcher = watch(where, { encoding: 'buffer' }, (_, name) => {
      if (name === null) return note(path);
      const text = textOfBytes(name);
      note(child(path, text));
      // libuv gives a directory's own name for what happens to the directory itself.
      if (text === own) note(path);
    });
    watcher.on('error', () => note(path));
    // The new watch first: when it is the same inode nothing is missed in between.
    const old = watchers.get(path);
    watchers.set(path, watcher);
    old?.close();
    return null;
  } catch (error) {
    disarm(path);
    // Gone again already: the parent's event tells.
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? null : sayError(error);
  }
}

function disarm(path: FilePath): void {
  watchers.get(path)?.close();
  watchers.delete(path);
}

function moveTo(real: string, names: readonly (readonly [string, string])[]): void {
  for (const watcher of [...watchers.values(), ...gates]) watcher.close();
  watchers.clear();
  gates = [];
  root = real;
  for (const [directory, name] of names)
    try {
      const gate = watch(directory, (_, changed) => (changed === null || changed === name) && note(ROOT));
      gate.on('error', () => note(ROOT));
      gates.push(gate);
    } catch {
      // The reconcile looks at the root itself every time; a gate only makes it sooner.
    }
}

port.on('message', (message: ToEvents) => {
  switch (message.kind) {
    case 'root':
      return moveTo(message.real, message.gates);
    case 'arm': {
      const failed: [FilePath, string][] = [];
      for (const path of message.paths) {
        const why = arm(path);
        if (why !== null) failed.push([path, why]);
      }
      return say({ kind: 'armed', paths: message.paths, failed });
    }
    case 'disarm':
      return message.paths.forEach(disarm);
    case 'next':
      waiting = false;
      return flush();
    case 'ping':
      return say({ kind: 'pong' });
  }
});
