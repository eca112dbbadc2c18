import { equalBytes } from './bytes.ts';
import { decodeEntries, MAX_BUNDLE_BYTES } from './entry-bundle.ts';
import { EvidenceError, isMissing, reasonOf } from './errors.ts';
import { type Frontier, frontierRoot } from './frontier.ts';
import {
  HASH_BYTES,
  type Hash,
  hashAt,
  leafHash,
  nodeHash,
  perfectRoot,
  type Span,
  splitPoint,
} from './merkle.ts';
import { edgeIndex, levelsOf, TILE_WIDTH, type TileId, tilePath, widthOf } from './tile-path.ts';

/** Where the bytes come from: a directory, a tar file, memory. Rejects with ENOENT when there are none. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array>;

/** A tree of one size whose every hash is checked, on reading, up to the root that was given. */
export interface TreeView {
  readonly frontier: Frontier;
  /** The hashes of a tile. @throws EvidenceError `ledger-damaged` with the file's name. */
  tile(level: number, index: number): Promise<Uint8Array>;
  /** The hash over a run of leaves, which need not be a whole subtree. */
  spanHash(span: Span): Promise<Hash>;
}

const CACHED_TILES = 128;

/** Full tiles that were checked once; they never change, so views of a growing tree share them. */
export type TileCache = Map<string, Uint8Array>;

export function treeView(frontier: Frontier, read: ReadFile, cache: TileCache = new Map()): TreeView {
  async function tile(level: number, index: number): Promise<Uint8Array> {
    const width = widthOf(level, index, frontier.size);
    const edge = frontier.levels[level];
    if (width < TILE_WIDTH && edge !== undefined) return edge;
    const path = tilePath({ level, index, width });
    const known = cache.get(path);
    if (known !== undefined) return known;
    const hashes = await readTile(read, { level, index, width });
    const parent = await tile(level + 1, Math.floor(index / TILE_WIDTH));
    if (!equalBytes(perfectRoot(hashes), hashAt(parent, index % TILE_WIDTH)))
      throw damaged(path, 'its hashes do not lead to the signed root');
    // A Map keeps insertion order, so the first key is the oldest.
    const oldest = cache.size >= CACHED_TILES ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(path, hashes);
    return hashes;
  }

  async function spanHash({ start, end }: Span): Promise<Hash> {
    const count = end - start;
    if (!isPowerOfTwo(count) || start % count !== 0) {
      const middle = start + splitPoint(count);
      return nodeHash(await spanHash({ start, end: middle }), await spanHash({ start: middle, end }));
    }
    let level = 0;
    while (TILE_WIDTH ** (level + 1) <= count) level += 1;
    const first = start / TILE_WIDTH ** level;
    const hashes = await tile(level, Math.floor(first / TILE_WIDTH));
    const offset = (first % TILE_WIDTH) * HASH_BYTES;
    return perfectRoot(hashes.subarray(offset, offset + (count / TILE_WIDTH ** level) * HASH_BYTES));
  }

  return { frontier, tile, spanHash };
}

/** The right edge of a tree as stored, checked against its root. */
export async function readFrontier(size: number, root: Hash, read: ReadFile): Promise<Frontier> {
  const levels: Uint8Array[] = [];
  for (let level = 0; level < levelsOf(size); level += 1) {
    const index = edgeIndex(level, size);
    const width = widthOf(level, index, size);
    levels.push(width === 0 ? new Uint8Array(0) : await readTile(read, { level, index, width }));
  }
  const frontier = { size, levels };
  if (!equalBytes(frontierRoot(frontier), root)) throw new RootMismatch(frontier);
  return frontier;
}

/** The right edge does not lead to the signed root; which of its files is wrong needs the tiles below to be asked. */
export class RootMismatch extends EvidenceError {
  readonly frontier: Frontier;
  constructor(frontier: Frontier) {
    super('ledger-damaged', 'the tiles at the right edge do not lead to the signed root', { file: 'tile' });
    this.frontier = frontier;
  }
}

/** The entries of a bundle, each checked against its leaf hash. `first` is the index of the first one. */
export function checkEntries(
  path: string,
  bytes: Uint8Array,
  first: number,
  hashes: Uint8Array,
): readonly Uint8Array[] {
  const { entries, rest } = decodeEntries(bytes);
  const expected = hashes.length / HASH_BYTES;
  for (const [at, entry] of entries.entries())
    if (at >= expected || !equalBytes(leafHash(entry), hashAt(hashes, at)))
      throw damaged(path, `entry ${first + at} is not the entry that was recorded`);
  if (entries.length < expected) throw damaged(path, `entry ${first + entries.length} is cut off or missing`);
  if (rest > 0) throw damaged(path, `${rest} bytes follow entry ${first + entries.length - 1}`);
  return entries;
}

/** The entries of one bundle, checked; `tail` has those of the partial bundle at the right edge. */
export async function readBundle(
  read: ReadFile,
  tree: TreeView,
  tail: Uint8Array,
  index: number,
): Promise<readonly Uint8Array[]> {
  const width = widthOf('entries', index, tree.frontier.size);
  if (width < TILE_WIDTH) return decodeEntries(tail).entries;
  const path = tilePath({ level: 'entries', index, width });
  const bytes = await readStored(read, path, MAX_BUNDLE_BYTES);
  return checkEntries(path, bytes, index * TILE_WIDTH, await tree.tile(0, index));
}

export async function readTile(read: ReadFile, id: TileId): Promise<Uint8Array> {
  const path = tilePath(id);
  const expected = id.width * HASH_BYTES;
  const bytes = await readStored(read, path, expected);
  if (bytes.length !== expected) throw damaged(path, `it has ${bytes.length} bytes instead of ${expected}`);
  return bytes;
}

export async function readStored(read: ReadFile, path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await read(path, maxBytes);
  } catch (error) {
    if (error instanceof EvidenceError) throw error;
    if (isMissing(error)) throw damaged(path, 'it is missing', error);
    throw new EvidenceError('disk', `cannot read ${path}: ${reasonOf(error)}`, { cause: error, file: path });
  }
}

export const damaged = (file: string, what: string, cause?: unknown): EvidenceError =>
  new EvidenceError('ledger-damaged', `${file}: ${what}`, cause === undefined ? { file } : { cause, file });

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));
