/** C2SP tlog-tiles: where a tile or an entry bundle lies, and which of them a tree of some size has. */
export const TILE_WIDTH = 256;

export interface TileId {
  /** `entries`, or the level of hashes: 0 holds leaf hashes, each level above one hash for 256 of those below. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1..256; below 256 the tile is partial. */
  readonly width: number;
}

const span = (level: TileId['level']): number => (level === 'entries' ? 1 : TILE_WIDTH ** level);

/** The leaves a tile speaks for: from `start` up to, not including, `end`. */
export const leavesOf = ({
  level,
  index,
  width,
}: TileId): { readonly start: number; readonly end: number } => {
  const start = index * TILE_WIDTH * span(level);
  return { start, end: start + width * span(level) };
};

/** How many hashes (or entries) tile `index` of `level` has in a tree of `size`: 0 when there is no such tile. */
export function widthOf(level: TileId['level'], index: number, size: number): number {
  const hashes = Math.floor(size / span(level)) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** The index of the tile at the tree's right edge: the next hash of this level goes there. */
export const edgeIndex = (level: TileId['level'], size: number): number =>
  Math.floor(size / (span(level) * TILE_WIDTH));

/** The number of levels of a tree; a tree of 256 leaves has two, the upper one with one hash. */
export function levelsOf(size: number): number {
  let levels = 0;
  for (let hashes = size; hashes >= 1; hashes = Math.floor(hashes / TILE_WIDTH)) levels += 1;
  return levels;
}

/** `tile/<level>/x001/x234/067`, with `.p/<width>` when partial. */
export function tilePath({ level, index, width }: TileId): string {
  const groups: string[] = [];
  let rest = index;
  do {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${number}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** The opposite of {@link tilePath}; undefined for every other text, also for another spelling of the same tile. */
export function parseTilePath(path: string): TileId | undefined {
  const [, level, number, width] = PATH.exec(path) ?? [];
  if (level === undefined || number === undefined) return undefined;
  const id: TileId = {
    level: level === 'entries' ? 'entries' : Number(level),
    index: Number(number.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  return id.width > 0 && tilePath(id) === path ? id : undefined;
}
