import type { FilePath, FileState } from '@komainu/model';

/** What a seal holds: every path and its state. */
export interface SealedEntries {
  readonly size: number;
  get(path: FilePath): FileState | undefined;
  has(path: FilePath): boolean;
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
  for (let at = 0; at < text.length; ) {
    const boundary = text.indexOf(BOUNDARY, at);
    const end = text.indexOf(0x0a, at);
    if (boundary < 0 || end < boundary) throw new SyntaxError('ENTRIES: a line without a state');
    index.set(JSON.parse(text.toString('utf8', at + HEAD, boundary + 1)) as FilePath, boundary);
    at = end + 1;
  }
  const read = (boundary: number): FileState =>
    JSON.parse(
      text.toString('utf8', boundary + BOUNDARY.length - 1, text.indexOf(0x0a, boundary) - 1),
    ) as FileState;
  return {
    size: index.size,
    get: (path) => {
      const boundary = index.get(path);
      return boundary === undefined ? undefined : read(boundary);
    },
    has: (path) => index.has(path),
    keys: () => index.keys(),
    values: () => index.values().map(read),
    [Symbol.iterator]: () => index.entries().map(([path, boundary]) => [path, read(boundary)] as const),
  };
}
