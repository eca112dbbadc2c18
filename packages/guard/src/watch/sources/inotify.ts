import { type Libc, pathBytes, refusal } from './libc.ts';
import { readQueue } from './queue.ts';
import type { Heard, OpenedSource } from './source.ts';

const CLOEXEC_NONBLOCK = 0x80800;
// MODIFY, ATTRIB, CLOSE_WRITE, MOVED, CREATE, DELETE, and the directory's own end. Never OPEN or ACCESS: our own
// hashing would fill the queue.
const EVENTS = 0x2 | 0x4 | 0x8 | 0xc0 | 0x100 | 0x200 | 0xc00;
const ONLYDIR_DONT_FOLLOW = 0x300_0000;

/** inotify read directly: unlike through libuv, an overflow of the kernel's queue is seen. */
export function openInotify(libc: Libc, heard: Heard): OpenedSource {
  const fd = libc.inotifyInit(CLOEXEC_NONBLOCK);
  if (fd < 0) return refusal(libc) ?? 'ENOENT';
  const directories = readQueue(fd, 'inotify', heard);
  let root = '';
  return {
    name: 'inotify',
    moveTo(real) {
      for (const watch of directories.keys()) libc.inotifyRemove(fd, Number(watch));
      directories.clear();
      root = real;
    },
    arm(path) {
      const watch = libc.inotifyAdd(fd, pathBytes(root, path), EVENTS | ONLYDIR_DONT_FOLLOW);
      if (watch < 0) return refusal(libc);
      const before = directories.keyOf(path);
      if (before !== undefined && before !== `${watch}` && directories.remove(path))
        libc.inotifyRemove(fd, Number(before));
      directories.set(`${watch}`, path);
      return null;
    },
    disarm(path) {
      const watch = directories.keyOf(path);
      if (directories.remove(path)) libc.inotifyRemove(fd, Number(watch));
    },
    close: async () => directories.close(),
  };
}
