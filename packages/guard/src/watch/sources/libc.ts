import { createRequire } from 'node:module';
import { getSystemErrorMap } from 'node:util';
import type * as Koffi from 'koffi';
import type { FilePath } from '@komainu/model';
import { systemPath } from '../../disk/names.ts';

/** The few calls of the system's library that Node does not have. */
export interface Libc {
  readonly poll: (fds: Uint8Array, count: number, ms: number) => number;
  readonly read: (fd: number, into: Uint8Array, size: number) => number;
  readonly inotifyInit: (flags: number) => number;
  readonly inotifyAdd: (fd: number, path: Uint8Array, mask: number) => number;
  readonly inotifyRemove: (fd: number, watch: number) => number;
  readonly fanotifyInit: (flags: number, fileFlags: number) => number;
  readonly fanotifyMark: (
    fd: number,
    flags: number,
    mask: number | bigint,
    at: number,
    path: Uint8Array | null,
  ) => number;
  readonly nameToHandle: (
    at: number,
    path: Uint8Array,
    handle: Uint8Array,
    mount: Uint8Array,
    flags: number,
  ) => number;
  readonly statfs: (path: Uint8Array, into: Uint8Array) => number;
  /** Of the last call in this thread, as `ENOSPC`, and in words. */
  readonly error: () => { readonly code: string; readonly words: string };
}

/** Null where koffi is not installed, or this is no Linux it knows. */
export function loadLibc(): Libc | null {
  if (process.platform !== 'linux') return null;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    // The process itself: whichever C library it runs on.
    const own = koffi.load(null);
    const f = (signature: string) => own.func(signature) as never;
    return {
      poll: f('int poll(_Inout_ uint8_t *fds, unsigned long count, int ms)'),
      read: f('long read(int fd, _Out_ uint8_t *into, size_t size)'),
      inotifyInit: f('int inotify_init1(int flags)'),
      inotifyAdd: f('int inotify_add_watch(int fd, const uint8_t *path, uint32_t mask)'),
      inotifyRemove: f('int inotify_rm_watch(int fd, int watch)'),
      fanotifyInit: f('int fanotify_init(unsigned int flags, unsigned int file_flags)'),
      fanotifyMark: f(
        'int fanotify_mark(int fd, unsigned int flags, uint64_t mask, int at, const uint8_t *path)',
      ),
      nameToHandle: f(
        'int name_to_handle_at(int at, const uint8_t *path, _Inout_ uint8_t *handle, _Out_ uint8_t *mount, int flags)',
      ),
      statfs: f('int statfs(const uint8_t *path, _Out_ uint8_t *into)'),
      error: () => {
        const [code = 'EUNKNOWN', words = ''] = getSystemErrorMap().get(-koffi.errno()) ?? [];
        return { code, words };
      },
    };
  } catch {
    return null;
  }
}

/** The path as the library takes it: bytes that end in a zero. */
export const pathBytes = (root: string, path: FilePath): Buffer =>
  Buffer.concat([Buffer.from(systemPath(root, path)), Buffer.of(0)]);

export const AT_FDCWD = -100;

/** Why a directory could not be watched; null where it is only gone again, which the parent's event tells. */
export function refusal(libc: Libc): string | null {
  const { code, words } = libc.error();
  return code === 'ENOENT' || code === 'ENOTDIR' ? null : `${code}: ${words}`;
}
