import { type FileBlobs, type Keys, openFileBlobs, openKeys } from '@komainu/evidence';
import { type OpenSeal, openSeal } from '@komainu/guard';
import type { Root, Shop } from '@komainu/model';
import { type LoadedConfig, rootsOf } from './config.ts';
import { KomainuError } from './errors.ts';
import { guardPaths } from './files.ts';

interface SealedRoot {
  readonly root: Root;
  /** Absolute. */
  readonly dir: string;
  readonly seal: OpenSeal;
}

export interface Seals {
  readonly roots: readonly SealedRoot[];
  readonly keys: Keys;
  readonly blobs: FileBlobs;
}

/** Opens the seals of a shop's roots, each verified. @throws KomainuError that says which is missing or altered. */
export async function openSeals(loaded: LoadedConfig, shop: Shop, root?: string): Promise<Seals> {
  const paths = guardPaths(loaded);
  const keys = await openKeys({ dir: paths.keys, name: `${shop.id}/seal` });
  const roots: SealedRoot[] = [];
  for (const { dir, ...one } of rootsOf(loaded, shop, root)) {
    const opened = await openSeal({
      dir: paths.seal(shop.id, one.id),
      publicKey: keys.publicKey,
      root: one.id,
      shop: shop.id,
    });
    if (opened.kind === 'refused') throw new KomainuError('refused', opened.message);
    roots.push({ root: one, dir, seal: opened.seal });
  }
  return { roots, keys, blobs: await openFileBlobs({ dir: paths.blobs }) };
}
