import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Seal } from '@komainu/model';
import { rawPublicKey, type SealSigner } from './formats/key.ts';
import { minisignPublicKey, minisignSignature } from './formats/minisign.ts';
import { signifyPublicKey, signifySignature } from './formats/signify.ts';
import { allowedSigners, sshSignature } from './formats/sshsig.ts';

/**
 * The public key in each outside tool's form, by file name. They lie beside a seal for convenience only: whoever
 * could alter the seal could alter them, so an auditor compares with what they were given before.
 */
export function publicKeyFiles(key: KeyObject | string): Readonly<Record<string, Uint8Array>> {
  const object = typeof key === 'string' ? createPublicKey(key) : key;
  const raw = rawPublicKey(object);
  return {
    'komainu.pub': Buffer.from(object.export({ type: 'spki', format: 'pem' })),
    'komainu-signify.pub': Buffer.from(signifyPublicKey(raw)),
    'komainu-minisign.pub': Buffer.from(minisignPublicKey(raw)),
    allowed_signers: Buffer.from(allowedSigners(raw)),
  };
}

/** RELEASE's signatures, one for each outside tool, by one key. What each covers begins differently, so none is another's. */
export function signatureFiles(
  release: Uint8Array,
  { shop, root, release: number }: Seal,
  signer: SealSigner,
  key: KeyObject | string,
) {
  const raw = rawPublicKey(key);
  const signature = signer.sign(release);
  return {
    'RELEASE.sig': signature,
    'RELEASE.signify': Buffer.from(signifySignature(raw, signature, 'komainu-signify.pub')),
    'RELEASE.minisig': Buffer.from(
      minisignSignature(raw, release, signer, `shop ${shop}, root ${root}, release ${number}`),
    ),
    'RELEASE.sshsig': Buffer.from(sshSignature(raw, release, signer)),
  };
}
