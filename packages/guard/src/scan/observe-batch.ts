import type { BlobRef, FilePath, FileState } from '@komainu/model';
import type { Compared } from '../disk/difference.ts';
import { sight } from '../disk/observe.ts';
import { deviceOf, instantOf, sizeOf, typeOf } from '../disk/state.ts';

/** What is wanted of a path: its stat; its bytes too; its bytes, and it was listed as a regular file. */
export const ASK = { stat: 0, hash: 1, file: 2 } as const;

/** A batch of paths to look at; `ask[i]` is an {@link ASK} for path `i`. */
export interface Batch {
  readonly dir: string;
  readonly paths: readonly FilePath[];
  readonly ask: readonly number[];
}

/** States in columns: as objects, a hundred thousand of them cost more than to hash the files. */
export interface BatchResult {
  /** For each path {@link COLUMNS} numbers: what was found, size, mode, uid, gid, mtime and ctime in ms since 1970. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** 32 bytes per path. */
  readonly hashes: Uint8Array<ArrayBuffer>;
  /** By place in the batch: where a link leads, a device's number, or why a path could not be read. */
  readonly texts: ReadonlyMap<number, string>;
}

const COLUMNS = 7;
const HASH = 32;
const HEX = 2 * HASH;
const WHAT = ['file', 'directory', 'link', 'fifo', 'socket', 'char', 'block', 'gone', 'unreadable'] as const;
const PREFIX = 'sha256:';

export function observeBatch({ dir, paths, ask }: Batch): BatchResult {
  const numbers = new Float64Array(paths.length * COLUMNS);
  const hashes = new Uint8Array(paths.length * HASH);
  const hex = Buffer.from(hashes.buffer);
  const texts = new Map<number, string>();
  for (const [at, path] of paths.entries()) {
    const seen = sight(dir, path, { hash: ask[at] !== ASK.stat, listedAsFile: ask[at] === ASK.file });
    const row = at * COLUMNS;
    if (seen.kind !== 'seen') {
      numbers[row] = WHAT.indexOf(seen.kind);
      if (seen.kind === 'unreadable') texts.set(at, seen.detail);
      continue;
    }
    const { stat, hash, link } = seen;
    numbers[row] = WHAT.indexOf(typeOf(stat));
    numbers[row + 1] = sizeOf(stat);
    numbers[row + 2] = Number(stat.mode) & 0o7777;
    numbers[row + 3] = Number(stat.uid);
    numbers[row + 4] = Number(stat.gid);
    numbers[row + 5] = Number(stat.mtimeMs);
    numbers[row + 6] = Number(stat.ctimeMs);
    if (hash !== null) hex.write(hash.slice(PREFIX.length), at * HASH, 'hex');
    const text = link ?? deviceOf(stat);
    if (text !== undefined) texts.set(at, text);
  }
  return { numbers, hashes, texts };
}

/** What a batch found at a path: enough to compare it, and the whole state for the few that differ. */
export interface Looked extends Compared {
  state(): FileState;
}

/** Each path of the batch with what was found there, why it could not be read, or null where it was gone. */
export function* lookedAt(
  { paths, ask }: Batch,
  { numbers, hashes, texts }: BatchResult,
): Generator<readonly [FilePath, Looked | string | null]> {
  const hex = Buffer.from(hashes.buffer).toString('hex');
  for (const [at, path] of paths.entries()) {
    const number = (column: number) => numbers[at * COLUMNS + column] ?? 0;
    const type = WHAT[number(0)] ?? 'gone';
    if (type === 'gone') yield [path, null];
    else if (type === 'unreadable') yield [path, texts.get(at) ?? ''];
    else {
      const hashed = type === 'link' || (type === 'file' && ask[at] !== ASK.stat);
      const hash = hashed ? (`${PREFIX}${hex.slice(at * HEX, (at + 1) * HEX)}` as BlobRef) : null;
      const device = type === 'char' || type === 'block' ? { device: texts.get(at) ?? '' } : {};
      const compared = { type, hash, mode: number(2), uid: number(3), gid: number(4), ...device };
      const state = (): FileState => ({
        ...compared,
        size: number(1),
        mtime: instantOf(number(5)),
        ctime: instantOf(number(6)),
        link: type === 'link' ? (texts.get(at) ?? '') : null,
      });
      yield [path, { ...compared, state }];
    }
  }
}
