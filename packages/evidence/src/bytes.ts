import { hash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer');
export const sha256Hex = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

export const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** The text, or undefined unless the bytes are well-formed UTF-8. A byte order mark stays: it would be a hidden byte. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export const encodeBase64 = (bytes: Uint8Array): string => view(bytes).toString('base64');

/**
 * Standard base64 with padding, canonical only: text that decodes to the same bytes but is written otherwise (spare bits,
 * missing padding, line breaks, the URL alphabet) is refused, or a bit could be flipped without anybody noticing.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => view(a).equals(b);
export const concat = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
export const hex = (bytes: Uint8Array): string => view(bytes).toString('hex');

/** A Buffer over the same memory. */
export const view = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Order of file names everywhere in this package: by bytes, as `LC_ALL=C sort`. Our names are ASCII. */
export const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
