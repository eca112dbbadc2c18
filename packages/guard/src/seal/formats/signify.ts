import { commented, keyNumber } from './key.ts';

/** signify(1) of OpenBSD: `Ed`, the key's number, then the key or a plain Ed25519 signature. */
const ALGORITHM = Buffer.from('Ed');

export const signifyPublicKey = (raw: Buffer): string =>
  commented('Komainu seal public key', ALGORITHM, keyNumber(raw), raw);

/** `signature`: over the very bytes of the message. */
export const signifySignature = (raw: Buffer, signature: Uint8Array, keyFile: string): string =>
  commented(`verify with ${keyFile}`, ALGORITHM, keyNumber(raw), signature);
