import { byBytes } from './bytes.ts';
import { partialTiles } from './commit.ts';
import { TILE_WIDTH, type TileId, tilePath, widthOf } from './tile-path.ts';

/** Which part of which tree a bundle has. `rotations`: all of the ledger's, also those outside of the range. */
export interface BundleRange {
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly rotations: readonly number[];
}

/** A file with the entries `first` up to, not including, `end`, which all belong to one tile. */
export interface Slice {
  readonly path: string;
  readonly first: number;
  readonly end: number;
}

export const INDEX = 'INDEX';
export const README = 'README.txt';
export const SUMS = 'SHA256SUMS';
export const CHECKPOINT_FILE = 'checkpoint';
export const BLOBS = 'blobs/';

/**
 * The files with entries. A tile's entries as a whole are a C2SP entry bundle; where the range cuts through a tile, only
 * the part inside it is given, for whoever gets a bundle may not be entitled to its neighbours. Rotations are always
 * given: they say which key may have signed.
 */
export function planSlices({ size, from, to, rotations }: BundleRange): readonly Slice[] {
  const slices: Slice[] = [];
  for (let first = from; first < to; ) {
    const end = Math.min(to, (Math.floor(first / TILE_WIDTH) + 1) * TILE_WIDTH);
    slices.push(slice(first, end, size));
    first = end;
  }
  for (const index of rotations) if (index < from || index >= to) slices.push(slice(index, index + 1, size));
  return slices.sort((a, b) => a.first - b.first);
}

function slice(first: number, end: number, size: number): Slice {
  const index = Math.floor(first / TILE_WIDTH);
  const width = widthOf('entries', index, size);
  const whole = first === index * TILE_WIDTH && end - first === width;
  const path = whole ? tilePath({ level: 'entries', index, width }) : `entries/${first}-${end}`;
  return { path, first, end };
}

/** The tiles that prove the slices: the right edge, which has the root, and from each slice the way up to it. */
export function planTiles({ size }: BundleRange, slices: readonly Slice[]): readonly TileId[] {
  const tiles = new Map<string, TileId>();
  for (const id of partialTiles(size)) if (id.level !== 'entries') tiles.set(tilePath(id), id);
  for (const { first } of slices) {
    let index = Math.floor(first / TILE_WIDTH);
    for (let level = 0; widthOf(level, index, size) === TILE_WIDTH; level += 1) {
      const id = { level, index, width: TILE_WIDTH };
      tiles.set(tilePath(id), id);
      index = Math.floor(index / TILE_WIDTH);
    }
  }
  return [...tiles.values()];
}

/** Every path of a bundle except the index's own and the blobs', sorted. */
export function plannedPaths(range: BundleRange): readonly string[] {
  const slices = planSlices(range);
  const tiles = planTiles(range, slices);
  return [README, SUMS, CHECKPOINT_FILE, ...slices.map(({ path }) => path), ...tiles.map(tilePath)].sort(
    byBytes,
  );
}
