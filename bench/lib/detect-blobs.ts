import { createHash } from 'node:crypto';
import type { BlobRef, Blobs } from '@komainu/model';

/** Blobs of one check: forgotten with it, but for those that are kept on purpose. */
export interface PassingBlobs extends Blobs {
  /** Synchronous, as detectors want it. */
  readonly now: (ref: BlobRef) => Uint8Array | undefined;
}

/** `beneath`: what earlier checks left (the approved bodies). */
export function passingBlobs(beneath?: PassingBlobs): PassingBlobs {
  const store = new Map<string, Uint8Array>();
  const now = (ref: BlobRef): Uint8Array | undefined => store.get(ref) ?? beneath?.now(ref);
  return {
    now,
    put: (bytes) => {
      const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
      store.set(ref, Uint8Array.from(bytes));
      return Promise.resolve(ref);
    },
    get: (ref) => {
      const bytes = now(ref);
      return bytes ? Promise.resolve(bytes) : Promise.reject(new Error(`no such blob: ${ref}`));
    },
    has: (ref) => Promise.resolve(now(ref) !== undefined),
  };
}
