/**
 * Text is searched as bytes, one UTF-16 unit per byte ("latin1"), so that bodies of any kind and any nesting of
 * encodings are the same sort of thing.
 */
export const ofBytes = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** A string as its UTF-8 bytes; a lone surrogate becomes U+FFFD, as it does on the wire. */
export const ofString = (value: string): string => Buffer.from(value, 'utf8').toString('latin1');

export const toBuffer = (text: string): Buffer => Buffer.from(text, 'latin1');

export function reversed(text: string): string {
  const bytes = toBuffer(text);
  bytes.reverse();
  return bytes.toString('latin1');
}
