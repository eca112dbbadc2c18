import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BundleFile } from './bundle-index.ts';
import { byBytes, concat } from './bytes.ts';
import { EvidenceError } from './errors.ts';
import { syncPath } from './files.ts';
import { padding, tarHeader, TRAILER_BYTES } from './tar.ts';

/** A file of the bundle and where its bytes come from, read once to hash it and once to write it. */
export interface Part {
  readonly path: string;
  readonly content: () => AsyncIterable<Uint8Array>;
}

export async function describe({ path, content }: Part): Promise<BundleFile> {
  const digest = createHash('sha256');
  let size = 0;
  for await (const piece of content()) {
    digest.update(piece);
    size += piece.length;
  }
  return { path, size, sha256: digest.digest('hex') };
}

export async function writeTar(out: string, parts: readonly Part[], files: readonly BundleFile[]) {
  const temporary = `${out}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o644);
  try {
    const tar = tarWriter(handle);
    const sizes = new Map(files.map(({ path, size }) => [path, size]));
    for (const { path, content } of [...parts].sort((a, b) => byBytes(a.path, b.path))) {
      const size = sizes.get(path) ?? (await describe({ path, content })).size;
      await tar.write(tarHeader(path, size));
      let left = size;
      for await (const piece of content()) {
        left -= piece.length;
        await tar.write(piece);
      }
      if (left !== 0)
        throw new EvidenceError('disk', `${path} changed while the bundle was written`, { file: path });
      await tar.write(new Uint8Array(padding(size)));
    }
    await tar.write(new Uint8Array(TRAILER_BYTES));
    const done = await tar.end();
    await handle.sync();
    await handle.close();
    await rename(temporary, out);
    await syncPath(dirname(out));
    return done;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

const WRITE_BYTES = 1024 * 1024;

/** Gathers small pieces, counts and hashes what is written. */
function tarWriter(handle: FileHandle) {
  const digest = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  async function flush(): Promise<void> {
    const block = concat(waiting);
    waiting = [];
    waitingBytes = 0;
    digest.update(block);
    await handle.writeFile(block);
  }
  return {
    async write(piece: Uint8Array): Promise<void> {
      waiting.push(piece);
      waitingBytes += piece.length;
      bytes += piece.length;
      if (waitingBytes >= WRITE_BYTES) await flush();
    },
    async end() {
      await flush();
      return { bytes, sha256: digest.digest('hex') };
    },
  };
}
