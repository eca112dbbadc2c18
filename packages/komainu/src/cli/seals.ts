import { type FileBlobs, openFileBlobs } from '@komainu/evidence';
import { highestSeen, noteRelease, type OpenSeal, openSeal } from '@komainu/guard';
import type { Root, Shop } from '@komainu/model';
import { type LoadedConfig, rootsOf } from './config.ts';
import { KomainuError } from './errors.ts';
import { guardPaths } from './files.ts';
import { trustedKey } from './seal-keys.ts';

interface SealedRoot {
  readonly root: Root;
  /** Absolute. */
  readonly dir: string;
  readonly seal: OpenSeal;
}

export interface Seals {
  readonly roots: readonly SealedRoot[];
  /** PEM. */
  readonly publicKey: string;
  readonly blobs: FileBlobs;
}

/** Opens the seals of a shop's roots, each verified. @throws KomainuError that says which is missing, altered or put back. */
export async function openSeals(loaded: LoadedConfig, shop: Shop, root?: string): Promise<Seals> {
  const paths = guardPaths(loaded);
  const publicKey = await trustedKey(loaded, shop);
  const roots: SealedRoot[] = [];
  for (const { dir, ...one } of rootsOf(loaded, shop, root)) {
    const highest = paths.highest(shop.id, one.id);
    const opened = await openSeal({
      dir: paths.seal(shop.id, one.id),
      publicKey,
      root: one.id,
      shop: shop.id,
      atLeast: await highestSeen(highest),
    });
    if (opened.kind === 'refused') throw new KomainuError('refused', opened.message);
    await noteRelease(highest, opened.seal.seal.release);
    roots.push({ root: one, dir, seal: opened.seal });
  }
  return { roots, publicKey, blobs: await openFileBlobs({ dir: paths.blobs }) };
}
