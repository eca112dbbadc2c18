import type { FilePath, FileState } from '@komainu/model';

/** What a seal holds: every path and its state. */
export interface SealedEntries {
  readonly size: number;
  get(path: FilePath): FileState | undefined;
  has(path: FilePath): boolean;
  /** The place of a path among {@link keys}. */
  placeOf(path: FilePath): number | undefined;
  keys(): IterableIterator<FilePath>;
  values(): Iterable<FileState>;
  [Symbol.iterator](): Iterator<readonly [FilePath, FileState]>;
}

const HEAD = '{"path":'.length;
/** Ends the path: inside of it every quote is escaped. */
const BOUNDARY = '","state":{';

/**
 * Reads ENTRIES, lines of canonical JSON. Only for bytes whose hash a signed RELEASE states: their form was checked
 * when they were made. States stay bytes until they are asked for: 100,000 of them as objects are 40 MB more.
 * @throws SyntaxError when they are not lines of JSON after all.
 */
export function readEntries(bytes: Uint8Array): SealedEntries {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = new Map<FilePath, number>();
  const boundaries: number[] = [];
  for (let at = 0; at < text.length; ) {
    const boundary = text.indexOf(BOUNDARY, at);
    const end = text.indexOf(0x0a, at);
    if (boundary < 0 || end < boundary) throw new SyntaxError('ENTRIES: a line without a state');
    index.set(JSON.parse(text.toString('utf8', at + HEAD, boundary + 1)) as FilePath, boundaries.length);
    boundaries.push(boundary);
    at = end + 1;
  }
  const read = (place: number): FileState => {
    const from = (boundaries[place] ?? 0) + BOUNDARY.length - 1;
    return JSON.parse(text.toString('utf8', from, text.indexOf(0x0a, from) - 1)) as FileState;
  };
  return {
    size: index.size,
    get: (path) => {
      const place = index.get(path);
      return place === undefined ? undefined : read(place);
    },
    has: (path) => index.has(path),
    placeOf: (path) => index.get(path),
    keys: () => index.keys(),
    values: () => index.values().map(read),
    [Symbol.iterator]: () => index.entries().map(([path, place]) => [path, read(place)] as const),
  };
}
