import { canonicalBytes, Instant } from '@komainu/model';
import { concat, decodeBase64, decodeUtf8, encodeBase64, equalBytes, utf8, view } from './bytes.ts';
import type { Signer } from './note.ts';
import { isSignedBy, parseVkey, type VerifierKey } from './vkey.ts';

export const ROTATION_KIND = 'key.rotated';

/** A checked statement in the ledger: from the next entry on, checkpoints are signed by `next`. */
export interface Rotation {
  readonly index: number;
  readonly origin: string;
  readonly old: VerifierKey;
  readonly next: VerifierKey;
}

export type ReadRotation =
  | { readonly kind: 'other-entry' }
  | { readonly kind: 'rotation'; readonly rotation: Rotation }
  | { readonly kind: 'invalid'; readonly why: string };

// What is signed must never be readable as anything else these keys sign; no checkpoint or index starts like this.
const DOMAIN = utf8('komainu key rotation v1\n');
const MARK = utf8(`"kind":"${ROTATION_KIND}"`);

interface Statement {
  readonly index: number;
  readonly origin: string;
  readonly at: Instant;
  readonly old: string;
  readonly next: string;
}

const envelope = (at: Instant, data: object): object => ({
  v: 1,
  kind: ROTATION_KIND,
  at,
  shop: null,
  actor: { kind: 'server', name: 'ledger' },
  data,
});

const signedBytes = ({ at, index, origin, old, next }: Statement): Uint8Array =>
  concat([DOMAIN, canonicalBytes(envelope(at, { index, origin, old, new: next }))]);

/**
 * The ledger entry, canonical JSON. The old key hands over; the new one proves that somebody has it. Both sign the
 * position and the log's name, so that the statement says nothing in another place or another log.
 */
export function rotationEntry(index: number, at: Instant, old: Signer, next: Signer): Uint8Array {
  const statement = { index, at, origin: old.key.name, old: old.key.vkey, next: next.key.vkey };
  const message = signedBytes(statement);
  return canonicalBytes(
    envelope(at, {
      index,
      origin: statement.origin,
      old: statement.old,
      new: statement.next,
      signatures: { old: encodeBase64(old.sign(message)), new: encodeBase64(next.sign(message)) },
    }),
  );
}

/** Whether these bytes may be a rotation; cheap, also over a whole bundle of entries. */
export const mayHoldRotation = (bytes: Uint8Array): boolean => view(bytes).includes(view(MARK));

export function readRotation(index: number, untrusted: Uint8Array): ReadRotation {
  if (!mayHoldRotation(untrusted)) return { kind: 'other-entry' };
  const entry = parseObject(decodeUtf8(untrusted));
  if (entry?.['kind'] !== ROTATION_KIND) return { kind: 'other-entry' };
  const rotation = checkRotation(entry, untrusted);
  if (typeof rotation === 'string') return { kind: 'invalid', why: rotation };
  if (rotation.index !== index) return { kind: 'invalid', why: `it was made for entry ${rotation.index}` };
  return { kind: 'rotation', rotation };
}

function checkRotation(entry: Record<string, unknown>, bytes: Uint8Array): Rotation | string {
  const data = asObject(entry['data']);
  const signatures = asObject(data?.['signatures']);
  const { index, origin } = data ?? {};
  const at = Instant.safeParse(entry['at']).data;
  const old = parseVkey(text(data?.['old']));
  const next = parseVkey(text(data?.['new']));
  if (typeof index !== 'number' || at === undefined || !old || !next) return 'it is not complete';
  if (old.name !== origin || next.name !== origin || old.vkey === next.vkey)
    return 'its keys do not fit together';
  const statement = { at, index, origin, old: old.vkey, next: next.vkey };
  const message = signedBytes(statement);
  const signed = { old: text(signatures?.['old']), new: text(signatures?.['new']) };
  const whole = envelope(statement.at, { index, origin, old: old.vkey, new: next.vkey, signatures: signed });
  if (!equalBytes(canonicalBytes(whole), bytes)) return 'it is not canonical';
  if (!isSignedBy(old, message, decodeBase64(signed.old) ?? new Uint8Array(0)))
    return 'the old key did not sign it';
  if (!isSignedBy(next, message, decodeBase64(signed.new) ?? new Uint8Array(0)))
    return 'the new key did not sign it';
  return { index, origin, old, next };
}

export type KeyChain =
  | { readonly kind: 'trusted'; readonly keys: readonly VerifierKey[]; readonly current: VerifierKey }
  | { readonly kind: 'broken'; readonly why: string };

/**
 * The keys of a log, oldest first, as far as they are bound to one that is trusted. Any key of the chain may be the
 * trusted one: usually the first, later perhaps a newer one.
 */
export function followRotations(trusted: VerifierKey, rotations: readonly Rotation[]): KeyChain {
  const [first] = rotations;
  const keys = first === undefined ? [trusted] : [first.old];
  for (const { index, old, next } of rotations) {
    if (keys.at(-1)?.vkey !== old.vkey)
      return { kind: 'broken', why: `entry ${index} replaces a key that was not in use` };
    keys.push(next);
  }
  const current = keys.at(-1);
  if (current === undefined || !keys.some(({ vkey }) => vkey === trusted.vkey))
    return { kind: 'broken', why: 'no rotation leads from the given public key to the key that signed' };
  return { kind: 'trusted', keys, current };
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    return text === undefined ? undefined : asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;

// Lone surrogates would make the canonical form throw.
const text = (value: unknown): string => (typeof value === 'string' && value.isWellFormed() ? value : '');
