import { createHash } from 'node:crypto';
import type { BlobRef, Instant } from '@komainu/model';

/** Bodies by hash, as the evidence store names them. */
export class Bodies {
  readonly #bodies = new Map<string, Uint8Array>();

  put(body: string | Uint8Array): BlobRef {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
    this.#bodies.set(ref, bytes);
    return ref;
  }

  putJson(value: unknown): BlobRef {
    return this.put(JSON.stringify(value));
  }

  get(ref: string): Uint8Array | undefined {
    return this.#bodies.get(ref);
  }
}

const START = Date.parse('2026-11-22T03:14:07.181Z');

/** An instant `ms` after the first alteration of the story the scenes tell. */
export const after = (ms: number): Instant => new Date(START + ms).toISOString() as Instant;
