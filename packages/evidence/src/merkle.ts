import { sha256 } from './bytes.ts';

/** RFC 6962 section 2.1 over SHA-256. Hashes are 32 bytes; several of them lie one after the other in one array. */
export type Hash = Uint8Array;
export const HASH_BYTES = 32;

/** A run of leaves: `start` included, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const EMPTY_ROOT: Hash = sha256(new Uint8Array(0));

export function leafHash(entry: Uint8Array): Hash {
  const input = Buffer.allocUnsafe(1 + entry.length);
  input[0] = 0;
  input.set(entry, 1);
  return sha256(input);
}

// Different first bytes for leaves and nodes: without them a node could be passed off as an entry.
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

export function nodeHash(left: Hash, right: Hash): Hash {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

export const hashAt = (hashes: Uint8Array, index: number): Hash =>
  hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);

/** The root over 2^k hashes. */
export function perfectRoot(hashes: Uint8Array): Hash {
  let row = Buffer.from(hashes);
  while (row.length > HASH_BYTES) {
    const above = Buffer.allocUnsafe(row.length / 2);
    for (let at = 0; at < above.length; at += HASH_BYTES) {
      nodeInput.set(row.subarray(2 * at, 2 * at + 2 * HASH_BYTES), 1);
      above.set(sha256(nodeInput), at);
    }
    row = above;
  }
  return row;
}

/** The largest power of two smaller than `count` (`count` > 1). */
export function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/** The subtrees whose hashes form the inclusion proof of leaf `index` in a tree of `size`, in the proof's order. */
export function inclusionSpans(index: number, size: number): readonly Span[] {
  const spans: Span[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    const left = index < middle;
    spans.unshift(left ? { start: middle, end } : { start, end: middle });
    if (left) end = middle;
    else start = middle;
  }
  return spans;
}

/** The subtrees whose hashes form the consistency proof between the trees of `from` and of `to` leaves. */
export function consistencySpans(from: number, to: number): readonly Span[] {
  if (from === 0 || from === to) return [];
  const spans: Span[] = [];
  let start = 0;
  let end = to;
  while (from < end) {
    const middle = start + splitPoint(end - start);
    const left = from <= middle;
    spans.unshift(left ? { start: middle, end } : { start, end: middle });
    if (left) end = middle;
    else start = middle;
  }
  // The old tree as a whole is known to who asks; only a part of it has to be given (RFC 6962 2.1.2, SUBPROOF's `b`).
  if (start > 0) spans.unshift({ start, end });
  return spans;
}
