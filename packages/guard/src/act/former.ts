import type { KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenSeal, openSeal } from '../seal/open-seal.ts';

/** Numbers may be left out, but not many releases are stored and never put in force. */
const LOOKS = 5;

/**
 * The release before this one, by the hash this one names. Null where there is none, or where nothing under this
 * release is ever written: then nobody needs it.
 */
export async function formerSeal(
  dir: string,
  { seal }: OpenSeal,
  publicKey: KeyObject | string,
): Promise<OpenSeal | null> {
  const writes = seal.responses?.some(({ response }) => response !== 'alert') ?? false;
  if (!writes || seal.previous === null) return null;
  const names = await readdir(join(dir, 'releases')).catch(() => []);
  const earlier = names.filter((name) => /^\d+$/.test(name) && Number(name) < seal.release);
  for (const name of earlier.toSorted((a, b) => Number(b) - Number(a)).slice(0, LOOKS)) {
    const { root, shop } = seal;
    const opened = await openSeal({ dir: join(dir, 'releases', name), publicKey, root, shop });
    if (opened.kind === 'opened' && opened.seal.ref === seal.previous) return opened.seal;
  }
  return null;
}
