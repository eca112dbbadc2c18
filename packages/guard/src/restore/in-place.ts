import { hash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  fsyncSync,
  lchownSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type { FilePath, FileState } from '@komainu/model';
import { codeOf } from '../error.ts';
import { bytesOfText, nameOf, parentOf, systemPath } from '../disk/names.ts';

const syncFile = promisify(fsync);

/**
 * A directory held open. Names are reached through it (`/proc/self/fd`), so that nobody can swap a directory above for
 * a link and have root write, or delete, somewhere else.
 */
export interface HeldDirectory {
  at(name: string): string | Buffer;
  sync(): void;
  /** The same without holding up the thread, so that several share one wait for the disk. */
  syncSoon(): Promise<void>;
  close(): void;
}

/** Opens the directory of a path; null where it is not truly below the root (a link on the way, or gone). */
export function holdParent(real: string, path: FilePath): HeldDirectory | null {
  const where = systemPath(real, parentOf(path));
  let fd: number;
  try {
    fd = openSync(where, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  if (!readlinkSync(`/proc/self/fd/${fd}`, 'buffer').equals(Buffer.from(where))) {
    closeSync(fd);
    return null;
  }
  return {
    at: (name) =>
      name.includes('\\')
        ? Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), bytesOfText(name)])
        : `/proc/self/fd/${fd}/${name}`,
    sync: () => fsyncSync(fd),
    syncSoon: () => syncFile(fd),
    close: () => closeSync(fd),
  };
}

/**
 * Makes something under a temporary name of the form that the watch knows. The name follows from the path, so that what
 * a killed guard left behind is taken away by the next restore of the same path; where somebody put a directory in its
 * place, another name serves.
 */
function makeTemporary<T>(
  parent: HeldDirectory,
  path: FilePath,
  make: (at: string | Buffer) => T,
): { readonly name: string; readonly made: T } {
  const usual = `.komainu-${hash('sha256', path, 'hex').slice(0, 24)}`;
  try {
    rmSync(parent.at(usual), { force: true });
    return { name: usual, made: make(parent.at(usual)) };
  } catch {
    const other = `.komainu-${randomBytes(12).toString('hex')}`;
    return { name: other, made: make(parent.at(other)) };
  }
}

/** A file beside its place, under another name. */
export interface Staged {
  /** Its bytes, owner and mode are on the disk when it resolves. */
  sync(): Promise<void>;
  /** In the place of whatever file or link has the name: the old or the new is there at every moment. */
  place(): void;
  /** Afterwards, placed or not. */
  close(): void;
}

/** Writes a file with these bytes, owner and mode, to be put in its place. */
export function stageFile(
  parent: HeldDirectory,
  path: FilePath,
  bytes: Uint8Array,
  state: FileState,
): Staged {
  const { name, made: fd } = makeTemporary(parent, path, (at) =>
    openSync(at, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600),
  );
  let isPlaced = false;
  const close = () => {
    closeSync(fd);
    if (!isPlaced) rmSync(parent.at(name), { force: true });
  };
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    // Owner first: chown clears setuid and setgid.
    setRights(fd, state);
  } catch (error) {
    close();
    throw error;
  }
  return {
    sync: () => syncFile(fd),
    // The sealed mtime is not put back. A byte-code cache that knows the file by its mtime would go on serving the
    // evil version if its author had stamped it with the sealed time.
    place: () => {
      renameSync(parent.at(name), parent.at(nameOf(path)));
      isPlaced = true;
    },
    close,
  };
}

export function putLink(parent: HeldDirectory, path: FilePath, target: string, state: FileState): void {
  const { name } = makeTemporary(parent, path, (at) => symlinkSync(bytesOfText(target), at));
  try {
    giveLink(parent.at(name), state);
    renameSync(parent.at(name), parent.at(nameOf(path)));
  } catch (error) {
    rmSync(parent.at(name), { force: true });
    throw error;
  }
  parent.sync();
}

/** As root, or with the right to (CAP_CHOWN); anyone else's link keeps its maker as owner, which means nothing. */
function giveLink(link: string | Buffer, { uid, gid }: FileState): void {
  try {
    lchownSync(link, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** Owner, then mode, of an open file or directory. */
export function setRights(fd: number, { uid, gid, mode }: FileState): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
  fchmodSync(fd, mode);
}
