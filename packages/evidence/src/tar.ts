import { utf8 } from './bytes.ts';

/** POSIX ustar, one spelling only: regular files, mode 0644, owner 0, time 0. Any other byte is then an alteration. */
export const BLOCK = 512;
/** Two empty blocks; nothing follows. */
export const TRAILER_BYTES = 2 * BLOCK;

export function tarHeader(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  header.set(utf8(path), 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${octal(size, 11)}\0`, 124);
  header.write(`${octal(0, 11)}\0`, 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write('0000000\0', 329);
  header.write('0000000\0', 337);
  const checksum = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** The size a header claims, if it claims one as {@link tarHeader} writes it. */
export function claimedSize(header: Uint8Array): number | undefined {
  const text = Buffer.from(header.subarray(124, 136)).toString('latin1');
  return /^[0-7]{11}\0$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** The path a header claims, made printable, for a message to a person. */
export function claimedPath(header: Uint8Array): string {
  const [name = ''] = Buffer.from(header.subarray(0, 100)).toString('latin1').split('\0', 1);
  return name.replaceAll(/[^\x21-\x7e]/g, '?');
}

export interface TarSlot {
  readonly path: string;
  readonly size: number;
  /** Of the header; the content follows it. */
  readonly offset: number;
}

/** Where each file lies in the tar of these files, and how long the whole is. */
export function tarLayout(files: readonly { readonly path: string; readonly size: number }[]): {
  readonly slots: readonly TarSlot[];
  readonly bytes: number;
} {
  let offset = 0;
  const slots = files.map(({ path, size }) => {
    const slot = { path, size, offset };
    offset += BLOCK + size + padding(size);
    return slot;
  });
  return { slots, bytes: offset + TRAILER_BYTES };
}
