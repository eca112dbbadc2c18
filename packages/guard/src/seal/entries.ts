import type { FilePath, FileState } from '@komainu/model';

/**
 * Reads ENTRIES. Only for bytes whose hash a signed RELEASE states: their form was checked when they were made.
 * @throws SyntaxError when they are not lines of JSON after all.
 */
export function readEntries(bytes: Uint8Array): Map<FilePath, FileState> {
  const entries = new Map<FilePath, FileState>();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(0x0a, at);
    const stop = end < 0 ? text.length : end;
    const line = JSON.parse(text.toString('utf8', at, stop)) as { path: FilePath; state: FileState };
    entries.set(line.path, line.state);
    at = stop + 1;
  }
  return entries;
}
