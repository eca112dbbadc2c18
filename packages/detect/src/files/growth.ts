/** What was put into a picture and nothing else was changed, or null. Pictures that are edited change all over. */
export function insertedInto(before: Uint8Array, after: Uint8Array): Uint8Array | null {
  if (before.length === 0 || after.length <= before.length) return null;
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // Around what is put into a picture its length and its checksum change.
  return head + tail >= before.length - 64 && head + tail > before.length / 2
    ? after.subarray(head, after.length - tail)
    : null;
}

/** Lines of encoded data as a hoard is written, one for each victim. Encoded pictures in pictures are not cut into lines. */
export function hoards(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let lines = 0;
  let last = -1;
  for (const line of text.matchAll(/(?<=\n)([A-Za-z0-9+/=|:_-]{24,4000})\r?\n/g)) {
    // ImageMagick writes profiles as lines of hexadecimal digits.
    if (/^[0-9a-fA-F]+$/.test(line[1] ?? '')) continue;
    lines = line.index === last ? lines + 1 : 1;
    if (lines >= 2) return true;
    last = line.index + line[0].length;
  }
  return false;
}

/** Text of any kind but the XML that cameras and editors keep in pictures. */
export function isPlainText(bytes: Uint8Array): boolean {
  if (bytes.length < 24) return false;
  let printable = 0;
  for (const byte of bytes) {
    if (byte === 0x3c) return false;
    if ((byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13) printable++;
  }
  return printable > bytes.length * 0.9;
}
