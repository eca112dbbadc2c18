import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import type { FilePath } from '@komainu/model';
import { child, nameOf, ROOT, systemPath, textOfBytes } from '../../disk/names.ts';
import { codeOf, sayError } from '../../error.ts';
import type { EventSource, Heard } from './source.ts';

/**
 * What Node itself has, everywhere: one fs.watch per directory. Never recursive: Node's own recursive watch goes blind
 * for good on a file that was once replaced by rename. libuv swallows an overflow; that is covered by a stat pass
 * after many events.
 */
export function openFsWatch(heard: Heard): EventSource {
  const watchers = new Map<FilePath, FSWatcher>();
  let root = '';
  const note = (path: FilePath) => heard.changed(path, null);
  const disarm = (path: FilePath) => {
    watchers.get(path)?.close();
    watchers.delete(path);
  };
  return {
    name: 'fs-watch',
    moveTo(real) {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
      root = real;
    },
    arm(path) {
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
    },
    disarm,
    close: async () => {
      for (const path of watchers.keys()) disarm(path);
    },
  };
}
