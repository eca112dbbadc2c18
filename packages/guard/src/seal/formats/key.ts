import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** Signs with Ed25519: 64 raw bytes. The ledger's `keys.signer` is one. */
export interface SealSigner {
  sign(message: Uint8Array): Uint8Array;
}

/** The 32 bytes of an Ed25519 public key, given as SubjectPublicKeyInfo PEM or KeyObject. */
export function rawPublicKey(key: KeyObject | string): Buffer {
  const { x } = (typeof key === 'string' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

/**
 * The eight bytes by which signify and minisign match a signature to its key. Theirs are random; ours follow from the
 * key, so that whoever holds the key alone makes the same files.
 */
export const keyNumber = (raw: Buffer): Buffer => createHash('sha256').update(raw).digest().subarray(0, 8);

/** Two lines, as signify and minisign have them. */
export const commented = (comment: string, ...parts: readonly Uint8Array[]): string =>
  `untrusted comment: ${comment}\n${Buffer.concat(parts).toString('base64')}\n`;
