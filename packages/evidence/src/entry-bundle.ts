import { view } from './bytes.ts';
import { TILE_WIDTH } from './tile-path.ts';

/** C2SP tlog-tiles entry bundles: each entry after its length as big-endian uint16. */
export const MAX_ENTRY_BYTES = 65_535;
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

export function encodeEntry(entry: Uint8Array): Uint8Array {
  const framed = Buffer.allocUnsafe(2 + entry.length);
  framed.writeUInt16BE(entry.length, 0);
  framed.set(entry, 2);
  return framed;
}

export interface DecodedEntries {
  readonly entries: readonly Uint8Array[];
  /** Bytes after the last whole entry. 0 in a sound bundle. */
  readonly rest: number;
}

/** As many whole entries as the bytes hold, without copying them. Never throws. */
export function decodeEntries(bundle: Uint8Array): DecodedEntries {
  const bytes = view(bundle);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) break;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return { entries, rest: bytes.length - at };
}
