import { canonicalJson, type FilePath, type FileState } from '@komainu/model';
import { bytesOfText } from '../disk/names.ts';

/** A path and its sealed state. */
export type Entry = readonly [FilePath, FileState];

/** Entries by the bytes of their names, as `LC_ALL=C sort` would have them. */
export const sortedByBytes = (entries: Iterable<Entry>): Entry[] =>
  [...entries]
    .map((entry) => ({ entry, bytes: bytesOfText(entry[0]) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry);

/**
 * The text `sha256sum` itself would write in the root, raw bytes of names included: a name with a backslash, newline
 * or carriage return is escaped and its line begins with a backslash (GNU coreutils 9).
 */
export function manifestOf(sorted: readonly Entry[]): Buffer {
  const lines = sorted.map(([path, state]) => {
    const name = bytesOfText(path).toString('latin1');
    const escaped = name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
    return `${escaped === name ? '' : '\\'}${state.hash?.slice('sha256:'.length)}  ./${escaped}\n`;
  });
  return Buffer.from(lines.join(''), 'latin1');
}

/** ENTRIES: one line of canonical JSON, `{"path":…,"state":…}`, for every sealed path. */
export const entriesText = (sorted: readonly Entry[]): Buffer =>
  Buffer.from(sorted.map(([path, state]) => `${canonicalJson({ path, state })}\n`).join(''), 'utf8');
