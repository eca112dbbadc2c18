import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMissing } from './errors.ts';
import { lockDirectory } from './lock.ts';

/** A file that was written but is not yet safe. Exactly one of the two is to be called. */
export interface WrittenFile {
  /** Forces bytes and length to the device and closes. The name is safe only after `syncDirectory` of its folder. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What the ledger asks of a file system; paths are relative to the ledger's directory, with `/`. Errors are Node's, with
 * `code`. A port, so that a test can pull the plug or fill the disk at any call.
 */
export interface LedgerFiles {
  /** The bytes; at most `maxBytes + 1` of them, which tells a file that is too long without reading it all. */
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** Creates or empties the file and writes it. */
  write(path: string, bytes: Uint8Array): Promise<WrittenFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Creates the folder if it is missing; its parent exists. True when it was created. */
  makeDirectory(path: string): Promise<boolean>;
  removeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
  /** All files below a folder, sorted; symbolic links count as files. Empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Becomes the one writer, or throws EvidenceError `ledger-locked`. Gives the function that ends it. */
  lock(): Promise<() => Promise<void>>;
}

/** A directory of this machine; it is created, with its parents, when missing. */
export async function openDirectory(dir: string): Promise<LedgerFiles> {
  await makeDurable(dir);
  const at = (path: string): string => join(dir, path);
  return {
    read: (path, maxBytes) => readAtMost(at(path), maxBytes),
    write: async (path, bytes) => {
      const file = await open(at(path), 'w', 0o644);
      try {
        await writeAll(file, bytes);
      } catch (error) {
        await file.close().catch(() => undefined);
        throw error;
      }
      return { sync: () => syncAndClose(file), close: () => file.close() };
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (path) => rm(at(path)),
    makeDirectory: async (path) => {
      try {
        await mkdir(at(path));
        return true;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      }
    },
    removeDirectory: (path) => rmdir(at(path)),
    syncDirectory: (path) => syncPath(at(path)),
    list: async (path) => {
      const found: string[] = [];
      await collect(at(path), path, found);
      return found.sort();
    },
    lock: () => lockDirectory(dir),
  };
}

/** Reads without following a link at the end of the path, and never more than one byte beyond the limit. */
export async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.allocUnsafe(Math.min(size, maxBytes) + 1);
    return buffer.subarray(0, await readInto(file, buffer, 0));
  } finally {
    await file.close();
  }
}

/** Fills the buffer from `offset` of the file as far as there are bytes; gives how many there were. */
export async function readInto(file: FileHandle, buffer: Uint8Array, offset: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    // A full disk can take a part of the bytes and say so only by the count; the next call then has the error.
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, at);
    at += bytesWritten;
  }
}

async function syncAndClose(file: FileHandle): Promise<void> {
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncPath(path: string): Promise<void> {
  await syncAndClose(await open(path, 'r'));
}

/** `mkdir -p` of which every name survives a power cut, also when a run before this one died in between. */
export async function makeDurable(dir: string, mode = 0o755): Promise<void> {
  const first = (await mkdir(dir, { recursive: true, mode })) ?? dir;
  for (let created = dir; created.length >= first.length; created = dirname(created))
    await syncPath(dirname(created));
}

async function collect(absolute: string, path: string, found: string[]): Promise<void> {
  const entries = await readdir(absolute, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const entry of entries)
    if (entry.isDirectory()) await collect(join(absolute, entry.name), `${path}/${entry.name}`, found);
    else found.push(`${path}/${entry.name}`);
}
