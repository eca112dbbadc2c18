import { equalBytes } from './bytes.ts';
import { HASH_BYTES, type Hash, nodeHash } from './merkle.ts';

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Hash;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly fromRoot: Hash;
  readonly to: number;
  readonly toRoot: Hash;
  readonly proof: readonly Hash[];
}

const wellFormed = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);
const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
// Sizes go beyond 32 bits, so no shifts.
const odd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/** RFC 9162 section 2.1.3.2. Every argument may come from a stranger. */
export function verifyInclusion({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !wellFormed([leaf, root, ...proof])) return false;
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(hash, root);
}

/** RFC 9162 section 2.1.4.2. Everything is consistent with the empty tree; the proof is then empty. */
export function verifyConsistency({ from, fromRoot, to, toRoot, proof }: ConsistencyClaim): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !wellFormed([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && equalBytes(fromRoot, toRoot);
  if (from === 0) return proof.length === 0;
  let at = from - 1;
  let last = to - 1;
  while (odd(at)) [at, last] = [half(at), half(last)];
  // When the old size is a power of two its root is itself the first subtree.
  const [seed, ...rest] = at === 0 ? [fromRoot, ...proof] : proof;
  if (seed === undefined) return false;
  let older = seed;
  let newer = seed;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else newer = nodeHash(newer, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && equalBytes(older, fromRoot) && equalBytes(newer, toRoot);
}
