import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { concat, decodeBase64, encodeBase64, hex, sha256, utf8, view } from './bytes.ts';

/** An Ed25519 public key under a name, as C2SP signed notes know it. */
export interface VerifierKey {
  readonly name: string;
  /** Eight hex digits: SHA-256(name, newline, 0x01, key), its first four bytes. */
  readonly id: string;
  /** `<name>+<id>+<base64 of 0x01 and the key>`: one line, safe to print and to pin. */
  readonly vkey: string;
  readonly object: KeyObject;
}

const ED25519 = Uint8Array.of(0x01);
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** Names stand in lines between spaces and in vkeys between plus signs, so they may have neither, nor control characters. */
export const isKeyName = (name: string): boolean =>
  name.length > 0 && name.isWellFormed() && !/[\s+\p{Cc}\p{Zs}\p{Zl}\p{Zp}\u0085]/u.test(name);

function keyId(name: string, publicKey: Uint8Array): string {
  return hex(sha256(concat([utf8(`${name}\n`), ED25519, publicKey])).subarray(0, 4));
}

export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  const id = keyId(name, publicKey);
  const x = view(publicKey).toString('base64url');
  return {
    name,
    id,
    vkey: `${name}+${id}+${encodeBase64(concat([ED25519, publicKey]))}`,
    object: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  };
}

/** Undefined unless the text is exactly what {@link verifierKey} writes for that name and key. */
export function parseVkey(untrusted: string): VerifierKey | undefined {
  const [name, id, ...rest] = untrusted.split('+');
  const key = decodeBase64(rest.join('+'));
  if (name === undefined || !isKeyName(name) || key?.length !== 1 + PUBLIC_KEY_BYTES || key[0] !== 0x01)
    return undefined;
  const parsed = verifierKey(name, key.subarray(1));
  return parsed.id === id ? parsed : undefined;
}

/** The 32 bytes of an Ed25519 key object. */
export function rawPublicKey(object: KeyObject): Uint8Array {
  const { x } = object.export({ format: 'jwk' });
  if (object.asymmetricKeyType !== 'ed25519' || x === undefined) throw new TypeError('not an Ed25519 key');
  return Buffer.from(x, 'base64url');
}

/**
 * A public key as people hand it over: a vkey, or SubjectPublicKeyInfo PEM, which has no name and takes the one given.
 * Undefined when it is neither.
 */
export function parsePublicKey(untrusted: string, name: string): VerifierKey | undefined {
  if (!untrusted.includes('-----BEGIN PUBLIC KEY-----')) return parseVkey(untrusted.trim());
  try {
    return verifierKey(name, rawPublicKey(createPublicKey(untrusted)));
  } catch {
    return undefined;
  }
}

export const publicKeyPem = (key: VerifierKey): string =>
  key.object.export({ type: 'spki', format: 'pem' }).toString();

export const isSignedBy = (key: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === SIGNATURE_BYTES && verify(null, message, key.object, signature);
