import { createHash } from 'node:crypto';
import { commented, keyNumber, type SealSigner } from './key.ts';

/** minisign's public key has signify's form. */
export const minisignPublicKey = (raw: Buffer): string =>
  commented('Komainu seal public key (minisign)', Buffer.from('Ed'), keyNumber(raw), raw);

/**
 * minisign's `ED` form, which it has written by default since 0.10 and which newer verifiers insist on: the signature
 * is over the message's BLAKE2b-512. A second one covers the first and the trusted comment.
 */
export function minisignSignature(
  raw: Buffer,
  message: Uint8Array,
  signer: SealSigner,
  trusted: string,
): string {
  const signature = signer.sign(createHash('blake2b512').update(message).digest());
  const global = signer.sign(Buffer.concat([signature, Buffer.from(trusted)]));
  const first = commented('Komainu seal', Buffer.from('ED'), keyNumber(raw), signature);
  return `${first}trusted comment: ${trusted}\n${Buffer.from(global).toString('base64')}\n`;
}
