import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { ofBytes, toBuffer } from '../bytes.ts';

/** A page compresses with CompressionStream; more than this is not a card's worth. */
const MAX_INFLATED = 4 * 1024 * 1024;

export function inflated(
  text: string,
  unpack: (
    bytes: Buffer,
    options: { readonly maxOutputLength: number; readonly chunkSize: number },
  ) => Buffer,
): readonly string[] {
  try {
    return [
      ofBytes(
        unpack(toBuffer(text), {
          maxOutputLength: MAX_INFLATED,
          chunkSize: text.length < 1024 ? 4096 : 65_536,
        }),
      ),
    ];
  } catch {
    return []; // Not compressed after all, or cut short: its bytes were searched as they are.
  }
}

/** What says of itself that it is compressed. */
export function compressed(text: string): readonly string[] {
  const gzip = text.charCodeAt(0) === 0x1f && text.charCodeAt(1) === 0x8b;
  const zlib =
    (text.charCodeAt(0) & 0x8f) === 0x08 && ((text.charCodeAt(0) << 8) | text.charCodeAt(1)) % 31 === 0;
  return gzip ? inflated(text, gunzipSync) : zlib ? inflated(text, inflateSync) : [];
}

/** What does not: raw deflate and brotli. Chance bytes rarely decode, and then to nothing legible. */
export function unmarked(text: string): readonly string[] {
  const first = text.charCodeAt(0);
  return [
    // One last block, as a small text makes: of fixed or own codes.
    ...((first & 7) === 3 || (first & 7) === 5 ? inflated(text, inflateRawSync) : []),
    // A window of 4 or 16 MB, as every encoder takes unless told otherwise.
    ...((first & 15) === 11 || (first & 15) === 15 ? inflated(text, brotliDecompressSync) : []),
  ];
}
