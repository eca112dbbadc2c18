/** A body from the evidence store, as far as this screen loads it. */
export interface Body {
  /** At most `SHOWN_BYTES`. */
  readonly bytes: Uint8Array;
  /** There is more than was loaded. */
  readonly cut: boolean;
}

/** More than this of one file is not loaded; the link leads to the bytes. */
export const SHOWN_BYTES = 512 * 1024;

/**
 * The bytes as text, or null when they are not text: a NUL, or not UTF-8. A cut body may end inside a character, so
 * its last three bytes may be left off.
 */
export const asText = (body: Body): string | null => {
  if (body.bytes.includes(0)) return null;
  const ends = body.cut ? [0, 1, 2, 3] : [0];
  for (const less of ends) {
    try {
      const part = body.bytes.subarray(0, body.bytes.length - less);
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part);
    } catch {
      // Try again with the torn character left off.
    }
  }
  return null;
};

/** The head as `hexdump -C` shows it: offset, sixteen bytes, what is printable. */
export const hexHead = (bytes: Uint8Array, rows = 12): string => {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < rows; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
    const printable = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    lines.push(`${at.toString(16).padStart(8, '0')}  ${left}  ${right}  ${printable.join('')}`);
  }
  return lines.join('\n');
};

/** `1,234 B`, `12.3 KB`, `4.0 MB` (1 KB = 1,000 B). */
export const byteSize = (bytes: number): string => {
  if (bytes < 10_000) return `${bytes.toLocaleString('en-US')} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} KB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
};
