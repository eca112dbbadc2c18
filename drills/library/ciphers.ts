/** The attacker's side of RC4. */
export function rc4(key: string, bytes: Uint8Array): string {
  const state = Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number): void => {
    [state[a], state[b]] = [state[b] ?? 0, state[a] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] ?? 0) + key.charCodeAt(i % key.length)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return Buffer.from(
    bytes.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (state[i] ?? 0)) & 255;
      swap(i, j);
      return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
    }),
  ).toString('latin1');
}

/** One row of 8-bit pixels of a PNG as browsers write it, without its filter; rows after the first are left out. */
export function firstRow(png: Uint8Array, inflate: (data: Uint8Array) => Uint8Array): Uint8Array {
  const bytes = Buffer.from(png);
  const parts: Buffer[] = [];
  let width = 0;
  let channels = 4;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') {
      width = bytes.readUInt32BE(at + 8);
      channels = bytes[at + 17] === 2 ? 3 : 4;
    }
    if (type === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const raw = inflate(Buffer.concat(parts));
  const row = new Uint8Array(width * channels);
  // Above the first row is nothing: Up is None, Paeth is Sub, Average is half of what is to the left.
  for (let i = 0; i < row.length; i++) {
    const left = i >= channels ? (row[i - channels] ?? 0) : 0;
    const predicted = raw[0] === 1 || raw[0] === 4 ? left : raw[0] === 3 ? left >> 1 : 0;
    row[i] = ((raw[i + 1] ?? 0) + predicted) & 255;
  }
  return row.filter((_, i) => i % channels === 0);
}
