import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobRef, type Blobs } from '@komainu/model';
import { byBytes, sha256Hex } from './bytes.ts';
import { EvidenceError, isMissing, isSystemError, reasonOf } from './errors.ts';
import { makeDurable, readAtMost, syncPath } from './files.ts';

/** The model's port, and what only the package of evidence needs: sizes, streams, a listing. */
export interface FileBlobs extends Blobs {
  /** Stores bytes as they come. @throws EvidenceError `blob-too-large` beyond `maxBytes`; nothing is kept then. */
  putStream(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<BlobRef>;
  /** In bytes; undefined when there is no such blob. The content is not looked at. */
  sizeOf(ref: BlobRef): Promise<number | undefined>;
  /** The content in pieces. The hash is known only at the end: use nothing of it when the iteration throws. */
  read(ref: BlobRef): AsyncIterable<Uint8Array>;
  /** All blobs, sorted. */
  list(): AsyncIterable<BlobRef>;
}

const CHUNK = 256 * 1024;
const STALE_MS = 24 * 60 * 60 * 1000;
/** One piece in memory; a larger body is stored and read as a stream. */
const MAX_GET_BYTES = 1024 * 1024 * 1024;

export const isBlobRef = (untrusted: unknown): untrusted is BlobRef => BlobRef.safeParse(untrusted).success;

/** Where a blob lies below its store: `sha256/ab/cdef...`. The reference is checked, for it becomes a path. */
export function blobPath(untrusted: BlobRef): string {
  if (!isBlobRef(untrusted)) throw new EvidenceError('bad-input', 'this is not the reference of a blob');
  const digest = untrusted.slice('sha256:'.length);
  return `sha256/${digest.slice(0, 2)}/${digest.slice(2)}`;
}

/** Opens, or creates, a content-addressed store. Several processes may use it at once. */
export async function openFileBlobs({ dir }: { readonly dir: string }): Promise<FileBlobs> {
  const temporary = join(dir, 'tmp');
  await onDisk(dir, async () => {
    await makeDurable(join(dir, 'sha256'));
    await mkdir(temporary, { recursive: true });
    await sweep(temporary);
  });
  const underWay = new Map<BlobRef, Promise<BlobRef>>();

  /** Puts a whole file in its place, or finds that the same bytes are there. */
  async function settle(file: string, ref: BlobRef): Promise<BlobRef> {
    const path = join(dir, blobPath(ref));
    if ((await digestOf(path)) !== ref) {
      await setAside(path);
      await makeDurable(dirname(path));
      await rename(file, path);
    }
    return secure(path, ref);
  }

  async function viaTemporary(fill: (file: FileHandle) => Promise<BlobRef>): Promise<BlobRef> {
    const file = join(temporary, `${process.pid}-${randomBytes(8).toString('hex')}`);
    return onDisk(dir, async () => {
      try {
        const handle = await open(file, 'wx', 0o644);
        let ref: BlobRef;
        try {
          ref = await fill(handle);
          await handle.sync();
        } finally {
          await handle.close();
        }
        return await alone(ref, () => settle(file, ref));
      } finally {
        await rm(file, { force: true });
      }
    });
  }

  /** Two puts of the same bytes: the second waits, and then finds the first one's file. */
  async function alone(ref: BlobRef, act: () => Promise<BlobRef>): Promise<BlobRef> {
    await underWay.get(ref)?.catch(() => undefined);
    const work = act().finally(() => underWay.get(ref) === work && underWay.delete(ref));
    underWay.set(ref, work);
    return work;
  }

  const blobs: FileBlobs = {
    put: async (bytes) => {
      const ref = `sha256:${sha256Hex(bytes)}` as BlobRef;
      const path = join(dir, blobPath(ref));
      if ((await digestOf(path).catch(() => undefined)) === ref) return onDisk(dir, () => secure(path, ref));
      return viaTemporary(async (file) => {
        await file.writeFile(bytes);
        return ref;
      });
    },
    putStream: (source, maxBytes) =>
      viaTemporary(async (file) => {
        const digest = createHash('sha256');
        let length = 0;
        for await (const piece of source) {
          length += piece.length;
          if (length > maxBytes)
            throw new EvidenceError(
              'blob-too-large',
              `the body is longer than ${maxBytes} bytes; it was not stored`,
            );
          digest.update(piece);
          await file.writeFile(piece);
        }
        return `sha256:${digest.digest('hex')}` as BlobRef;
      }),
    get: async (ref) => {
      const bytes = await found(ref, readAtMost(join(dir, blobPath(ref)), MAX_GET_BYTES));
      if (bytes.length > MAX_GET_BYTES)
        throw new EvidenceError(
          'blob-too-large',
          `${ref} is longer than ${MAX_GET_BYTES} bytes; read it as a stream`,
        );
      if (`sha256:${sha256Hex(bytes)}` !== ref) throw altered(ref);
      return bytes;
    },
    async *read(ref) {
      const digest = createHash('sha256');
      const file = await found(ref, openRead(join(dir, blobPath(ref))));
      for await (const piece of pieces(file)) {
        digest.update(piece);
        yield piece;
      }
      if (`sha256:${digest.digest('hex')}` !== ref) throw altered(ref);
    },
    has: async (ref) => (await blobs.sizeOf(ref)) !== undefined,
    sizeOf: async (ref) => {
      const path = join(dir, blobPath(ref));
      try {
        return (await stat(path)).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw new EvidenceError('disk', `cannot look for ${ref}: ${reasonOf(error)}`, { cause: error });
      }
    },
    async *list() {
      const top = join(dir, 'sha256');
      for (const folder of (await readdir(top)).sort(byBytes))
        for (const name of (await readdir(join(top, folder))).sort(byBytes)) {
          const ref = `sha256:${folder}${name}`;
          if (isBlobRef(ref)) yield ref;
        }
    },
  };
  return blobs;
}

/** Also when it was there: whoever put it may have been killed before the names were safe. */
async function secure(path: string, ref: BlobRef): Promise<BlobRef> {
  await syncPath(dirname(path));
  await syncPath(dirname(dirname(path)));
  return ref;
}

/** What a file holds, as a reference; undefined when there is none. */
async function digestOf(path: string): Promise<string | undefined> {
  const digest = createHash('sha256');
  try {
    for await (const piece of pieces(await openRead(path))) digest.update(piece);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return `sha256:${digest.digest('hex')}`;
}

/** A stored body whose bytes are not those of its name gives way to the right ones, but is kept: it may be a trace. */
async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.altered-${randomBytes(4).toString('hex')}`).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

const openRead = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

async function* pieces(file: FileHandle): AsyncIterable<Uint8Array> {
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function found<T>(ref: BlobRef, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error))
      throw new EvidenceError('blob-missing', `${ref} is not in the store`, {
        cause: error,
        file: blobPath(ref),
      });
    throw new EvidenceError('disk', `cannot read ${ref}: ${reasonOf(error)}`, {
      cause: error,
      file: blobPath(ref),
    });
  }
}

const altered = (ref: BlobRef): EvidenceError =>
  new EvidenceError('blob-damaged', `the stored bytes of ${ref} have been altered`, { file: blobPath(ref) });

/** Leftovers of puts that were killed; a day is longer than any put. */
async function sweep(temporary: string): Promise<void> {
  const before = Date.now() - STALE_MS;
  for (const name of await readdir(temporary)) {
    const file = join(temporary, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < before) await rm(file, { force: true });
  }
}

async function onDisk<T>(dir: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new EvidenceError('disk', `cannot store in ${dir}: ${reasonOf(error)}`, { cause: error });
  }
}
