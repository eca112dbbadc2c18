import type { BlobRef, Blobs } from '@komainu/model';
import { refOf } from '../seal/open-seal.ts';

/** A store in which these bodies are kept already, durably and maybe elsewhere: they are not written once more. */
export function withKept(blobs: Blobs, kept: Iterable<BlobRef | null>): Blobs {
  const known = new Set(kept);
  return {
    get: async (ref) => blobs.get(ref),
    has: async (ref) => blobs.has(ref),
    put: async (bytes) => {
      const ref = refOf(bytes);
      return known.has(ref) ? ref : blobs.put(bytes);
    },
  };
}
