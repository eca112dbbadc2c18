import { concat } from './bytes.ts';
import { EMPTY_ROOT, HASH_BYTES, type Hash, nodeHash, perfectRoot } from './merkle.ts';
import { edgeIndex, TILE_WIDTH } from './tile-path.ts';

/**
 * The right edge of a tree: what is needed to append and to know the root. Never changed, only replaced, so that
 * a commit that fails leaves the old one as it was.
 */
export interface Frontier {
  readonly size: number;
  /** For each level, the hashes (0..255) of its partial tile. */
  readonly levels: readonly Uint8Array[];
}

export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

export const EMPTY_FRONTIER: Frontier = { size: 0, levels: [] };

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** The frontier after these leaves, and the tiles they filled. */
export function grow(
  before: Frontier,
  leaves: readonly Hash[],
): { readonly frontier: Frontier; readonly full: readonly FullTile[] } {
  const full: FullTile[] = [];
  const levels = [...before.levels];
  let added = concat(leaves);
  for (let level = 0; added.length > 0; level += 1) {
    let hashes = concat([levels[level] ?? new Uint8Array(0), added]);
    const carried: Hash[] = [];
    for (let index = edgeIndex(level, before.size); hashes.length >= TILE_BYTES; index += 1) {
      const tile = hashes.subarray(0, TILE_BYTES);
      full.push({ level, index, hashes: tile });
      carried.push(perfectRoot(tile));
      hashes = hashes.subarray(TILE_BYTES);
    }
    levels[level] = hashes;
    added = concat(carried);
  }
  return { frontier: { size: before.size + leaves.length, levels }, full };
}

/** The tree's root from its right edge: every hash in a partial tile is a finished subtree. */
export function frontierRoot({ levels }: Frontier): Hash {
  let root: Hash | undefined;
  for (const hashes of levels) {
    let end = hashes.length / HASH_BYTES;
    // The smallest subtree is the rightmost one; from there to the left and up.
    for (let width = 1; end > 0; width *= 2) {
      if (Math.floor(end / width) % 2 === 0) continue;
      end -= width;
      const subtree = perfectRoot(hashes.subarray(end * HASH_BYTES, (end + width) * HASH_BYTES));
      root = root === undefined ? subtree : nodeHash(subtree, root);
    }
  }
  return root ?? EMPTY_ROOT;
}
