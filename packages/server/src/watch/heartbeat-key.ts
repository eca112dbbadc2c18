import { createPublicKey, verify } from 'node:crypto';
import { canonicalBytes, type GuardKey, type Heartbeat } from '@komainu/model';

/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Is it signed as this guard's heartbeats must be? `expected` null: nobody is enrolled yet, and its own key will do.
 * A guard of a former version signs nothing; that is taken only until a key is enrolled.
 */
export function signedAs(beat: Heartbeat, expected: GuardKey | null): 'signed' | 'unsigned' | 'forged' {
  const { signature, ...said } = beat;
  if (signature === undefined || said.key === undefined) return 'unsigned';
  if (expected !== null && said.key !== expected) return 'forged';
  const key = createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(said.key, 'base64')]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, canonicalBytes(said), key, Buffer.from(signature, 'base64')) ? 'signed' : 'forged';
}
