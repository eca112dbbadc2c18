import type { FilePath } from '@komainu/model';
import { AT_FDCWD, type Libc, pathBytes, refusal } from './libc.ts';
import { readQueue } from './queue.ts';
import type { Heard, OpenedSource } from './source.ts';

// CLOEXEC, NONBLOCK, UNLIMITED_MARKS (which only root is given: without it the kernel would not tell who), and the
// directory with the name in it. Not the unlimited queue: whoever writes a lot must not fill the kernel's memory; an
// overflow is told and made good.
const INIT = 0x1 | 0x2 | 0x20 | 0x400 | 0x800;
const FILE_FLAGS = 0x8000;
const ADD = 0x1;
const REMOVE = 0x2;
const ONLY_THIS_DIRECTORY = 0x4 | 0x8;
const FLUSH = 0x80;
// As inotify's, with ONDIR and EVENT_ON_CHILD.
const EVENTS = 0xfce + 0x4800_0000;
const LONGEST_HANDLE = 128;
const FSID = 56;

/**
 * fanotify, for root: the kernel also says which process it was. A mark per directory and not one for the whole file
 * system, whose every write (of a database next to the shop) would then come through here.
 */
export function openFanotify(libc: Libc, heard: Heard): OpenedSource {
  const fd = libc.fanotifyInit(INIT, FILE_FLAGS);
  if (fd < 0) return refusal(libc) ?? 'ENOENT';
  const directories = readQueue(fd, 'fanotify', heard);
  let root = '';

  /** The name events will have for the directory: file system and file handle. */
  function handleOf(path: FilePath): string | null {
    const bytes = pathBytes(root, path);
    const handle = Buffer.alloc(8 + LONGEST_HANDLE);
    handle.writeUInt32LE(LONGEST_HANDLE, 0);
    const system = Buffer.alloc(256);
    if (libc.nameToHandle(AT_FDCWD, bytes, handle, Buffer.alloc(4), 0) < 0) return null;
    if (libc.statfs(bytes, system) < 0) return null;
    const end = 8 + handle.readUInt32LE(0);
    return system.toString('hex', FSID, FSID + 8) + handle.toString('hex', 0, end);
  }

  return {
    name: 'fanotify',
    moveTo(real) {
      libc.fanotifyMark(fd, FLUSH, 0, AT_FDCWD, null);
      directories.clear();
      root = real;
    },
    arm(path) {
      const bytes = pathBytes(root, path);
      if (libc.fanotifyMark(fd, ADD | ONLY_THIS_DIRECTORY, EVENTS, AT_FDCWD, bytes) < 0) return refusal(libc);
      const key = handleOf(path);
      if (key === null) return refusal(libc);
      directories.remove(path);
      directories.set(key, path);
      return null;
    },
    disarm(path) {
      // What was moved away keeps its mark, and nobody knows its name any more.
      if (directories.remove(path))
        libc.fanotifyMark(fd, REMOVE | ONLY_THIS_DIRECTORY, EVENTS, AT_FDCWD, pathBytes(root, path));
    },
    close: async () => directories.close(),
  };
}
