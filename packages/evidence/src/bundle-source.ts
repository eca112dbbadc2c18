import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byBytes, equalBytes } from './bytes.ts';
import type { BundleFile } from './bundle-index.ts';
import { INDEX } from './bundle-plan.ts';
import { isMissing, reasonOf } from './errors.ts';
import { readInto } from './files.ts';
import type { Problems } from './problems.ts';
import {
  BLOCK,
  claimedPath,
  claimedSize,
  padding,
  tarHeader,
  tarLayout,
  type TarSlot,
  TRAILER_BYTES,
} from './tar.ts';
import type { ReadFile } from './tree-view.ts';

/** A bundle as it lies there: a tar file, or the folder it was unpacked to. Nothing in it is trusted. */
export interface BundleSource {
  /** The index file's bytes, before anything else is known. */
  readIndex(problems: Problems): Promise<Uint8Array | undefined>;
  /** Every byte of the source is one that the index lists, and in its place; adds a problem for each file otherwise. */
  check(indexBytes: number, files: readonly BundleFile[], problems: Problems): Promise<void>;
  /** Only after `check`. */
  readonly read: ReadFile;
  close(): Promise<void>;
}

/** A line for each of a million files. */
const MAX_INDEX_BYTES = 192 * 1024 * 1024;
const CHUNK = 256 * 1024;

/** Undefined, and a problem, when there is nothing that could be a bundle. */
export async function openSource(path: string, problems: Problems): Promise<BundleSource | undefined> {
  try {
    if ((await lstat(path)).isDirectory()) return directorySource(path);
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (stats.isFile()) return tarSource(handle, stats.size);
    await handle.close();
    problems.add(path, 'unreadable', 'it is neither a file nor a folder');
  } catch (error) {
    problems.add(
      path,
      isMissing(error) ? 'missing' : 'unreadable',
      `cannot open the bundle: ${reasonOf(error)}`,
    );
  }
  return undefined;
}

function tarSource(handle: FileHandle, actualBytes: number): BundleSource {
  const slots = new Map<string, TarSlot>();

  async function readAt(offset: number, length: number): Promise<Uint8Array> {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, actualBytes - offset)));
    return buffer.subarray(0, await readInto(handle, buffer, offset));
  }

  async function checkSlot({ path, size, offset }: TarSlot, sha256: string | undefined, problems: Problems) {
    const header = await readAt(offset, BLOCK);
    if (!equalBytes(header, tarHeader(path, size))) {
      const found = header.length < BLOCK ? 'the end of the file' : `a header for "${claimedPath(header)}"`;
      problems.add(path, 'header', `its tar header has been altered; found ${found} at byte ${offset}`);
    }
    const digest = createHash('sha256');
    let length = 0;
    while (length < size) {
      const piece = await readAt(offset + BLOCK + length, Math.min(CHUNK, size - length));
      if (piece.length === 0) break;
      digest.update(piece);
      length += piece.length;
    }
    if (length < size) problems.add(path, 'truncated', `it ends after ${length} of ${size} bytes`);
    else if (sha256 !== undefined && digest.digest('hex') !== sha256)
      problems.add(path, 'altered', 'its SHA-256 is not the one in the index');
    const rest = await readAt(offset + BLOCK + size, padding(size));
    if (length === size && (rest.length < padding(size) || rest.some((byte) => byte !== 0)))
      problems.add(path, 'padding', 'the filling after it in the tar has been altered');
  }

  return {
    async readIndex(problems) {
      const header = await readAt(0, BLOCK);
      const size = header.length === BLOCK ? claimedSize(header) : undefined;
      if (size === undefined || !equalBytes(header, tarHeader(INDEX, size))) {
        problems.add(INDEX, 'header', 'the file does not begin with the tar header of a bundle’s index');
        return undefined;
      }
      if (size <= MAX_INDEX_BYTES && BLOCK + size <= actualBytes) return readAt(BLOCK, size);
      problems.add(INDEX, 'truncated', `it should have ${size} bytes`);
      return undefined;
    },
    async check(indexBytes, files, problems) {
      const layout = tarLayout([{ path: INDEX, size: indexBytes }, ...files]);
      const hashes = new Map(files.map(({ path, sha256 }) => [path, sha256]));
      for (const slot of layout.slots) {
        slots.set(slot.path, slot);
        await checkSlot(slot, hashes.get(slot.path), problems);
      }
      const trailer = await readAt(layout.bytes - TRAILER_BYTES, TRAILER_BYTES);
      if (trailer.some((byte) => byte !== 0))
        problems.add('(end of tar)', 'padding', 'the closing blocks have been altered');
      if (actualBytes < layout.bytes)
        problems.add(
          '(end of tar)',
          'truncated',
          `${layout.bytes - actualBytes} bytes are missing at the end`,
        );
      if (actualBytes > layout.bytes)
        problems.add('(end of tar)', 'appended', `${actualBytes - layout.bytes} bytes follow the end`);
    },
    read: async (path, maxBytes) => {
      const slot = slots.get(path);
      if (slot === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return readAt(slot.offset + BLOCK, Math.min(slot.size, maxBytes + 1));
    },
    close: () => handle.close(),
  };
}

function directorySource(dir: string): BundleSource {
  const readable = new Map<string, number>();

  async function checkFile({ path, size, sha256 }: BundleFile, problems: Problems): Promise<void> {
    const actual = readable.get(path);
    if (actual === undefined) problems.add(path, 'missing', 'it is in the index but not in the folder');
    else if (actual < size) problems.add(path, 'truncated', `it has ${actual} of ${size} bytes`);
    else if (actual > size) problems.add(path, 'appended', `${actual - size} bytes too many`);
    else if ((await digestOf(join(dir, path), size)) !== sha256)
      problems.add(path, 'altered', 'its SHA-256 is not the one in the index');
  }

  const read: ReadFile = async (path, maxBytes) => {
    if (!readable.has(path)) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return readPlain(join(dir, path), maxBytes + 1);
  };

  return {
    async readIndex(problems) {
      for await (const found of walk(dir, '', problems)) readable.set(found.path, found.size);
      const size = readable.get(INDEX);
      if (size !== undefined && size <= MAX_INDEX_BYTES) return read(INDEX, size);
      problems.add(
        INDEX,
        size === undefined ? 'missing' : 'malformed',
        'there is no index, so this is not a bundle',
      );
      return undefined;
    },
    async check(_indexBytes, files, problems) {
      for (const file of files) await checkFile(file, problems);
      const listed = new Set([INDEX, ...files.map(({ path }) => path)]);
      for (const path of [...readable.keys()].filter((found) => !listed.has(found)))
        problems.add(path, 'extra', 'it is not in the index');
    },
    read,
    close: () => Promise.resolve(),
  };
}

/** Regular files only. A link could show one content to this check and another to the reader. */
async function* walk(
  dir: string,
  below: string,
  problems: Problems,
): AsyncIterable<{ path: string; size: number }> {
  const entries = (await readdir(join(dir, below), { withFileTypes: true })).sort((a, b) =>
    byBytes(a.name, b.name),
  );
  if (entries.length === 0 && below !== '')
    problems.add(below, 'extra', 'an empty folder does not belong to a bundle');
  for (const entry of entries) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(dir, path, problems);
    else if (entry.isFile()) yield { path, size: (await lstat(join(dir, path))).size };
    else problems.add(path, 'extra', 'it is a link or a special file');
  }
}

async function readPlain(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(Math.min(length, (await file.stat()).size));
    return buffer.subarray(0, await readInto(file, buffer, 0));
  } finally {
    await file.close();
  }
}

async function digestOf(path: string, size: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const digest = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(size, CHUNK)));
    // One read beyond the end, so that a file that grows meanwhile does not pass.
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return digest.digest('hex');
      digest.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
