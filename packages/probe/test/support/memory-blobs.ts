import { createHash } from 'node:crypto';
import type { BlobRef, Blobs } from '@komainu/model';

/** A blob store that lasts as long as the test. */
export function memoryBlobs(): Blobs & { readonly text: (ref: BlobRef) => string } {
  const store = new Map<string, Uint8Array>();
  const refOf = (bytes: Uint8Array): BlobRef =>
    `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
  const get = (ref: BlobRef): Uint8Array => {
    const bytes = store.get(ref);
    if (!bytes || refOf(bytes) !== ref) throw new Error(`no such blob: ${ref}`);
    return bytes;
  };
  return {
    put: (bytes) => {
      const ref = refOf(bytes);
      store.set(ref, Uint8Array.from(bytes));
      return Promise.resolve(ref);
    },
    get: (ref) => Promise.resolve(get(ref)),
    has: (ref) => Promise.resolve(store.has(ref)),
    text: (ref) => Buffer.from(get(ref)).toString('utf8'),
  };
}
