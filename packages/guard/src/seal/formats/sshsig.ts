import { createHash } from 'node:crypto';
import type { SealSigner } from './key.ts';

/** What a signature is for; `ssh-keygen -Y verify -n` must be given the same, so that no other one can be passed off. */
const SSH_NAMESPACE = 'komainu-seal';
/** The name under which `allowed_signers` lists the key; given to `ssh-keygen -I`. */
const SSH_PRINCIPAL = 'komainu-seal';

const KEY_TYPE = 'ssh-ed25519';
const MAGIC = Buffer.from('SSHSIG');
const HASH = 'sha512';

/** A string of the SSH protocol (RFC 4251): its length in four bytes, then itself. */
function string(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const publicKeyBlob = (raw: Buffer) => Buffer.concat([string(KEY_TYPE), string(raw)]);

/** One line of an allowed-signers file (ssh-keygen(1)), good for seals only. */
export const allowedSigners = (raw: Buffer): string =>
  `${SSH_PRINCIPAL} namespaces="${SSH_NAMESPACE}" ${KEY_TYPE} ${publicKeyBlob(raw).toString('base64')}\n`;

/** An armoured signature as OpenSSH's PROTOCOL.sshsig has it. */
export function sshSignature(raw: Buffer, message: Uint8Array, signer: SealSigner): string {
  const purpose = [string(SSH_NAMESPACE), string(''), string(HASH)];
  const signed = Buffer.concat([MAGIC, ...purpose, string(createHash(HASH).update(message).digest())]);
  const signature = Buffer.concat([string(KEY_TYPE), string(signer.sign(signed))]);
  const version = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.concat([MAGIC, version, string(publicKeyBlob(raw)), ...purpose, string(signature)]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}
