import { type FileBlobs, openFileBlobs } from '@komainu/evidence';
import { highestSeen, noteRelease, type OpenSeal, openSeal } from '@komainu/guard';
import type { DatabaseConfig, Root, RootId, Shop } from '@komainu/model';
import { databasesOf, type LoadedConfig, rootsOf } from './config.ts';
import { KomainuError } from './errors.ts';
import { guardPaths } from './files.ts';
import { trustedKey } from './seal-keys.ts';

interface SealedRoot {
  readonly root: Root;
  /** Absolute. */
  readonly dir: string;
  readonly seal: OpenSeal;
}

interface SealedDatabase {
  readonly database: DatabaseConfig;
  readonly seal: OpenSeal;
}

export interface Seals {
  readonly roots: readonly SealedRoot[];
  readonly databases: readonly SealedDatabase[];
  /** PEM. */
  readonly publicKey: string;
  readonly blobs: FileBlobs;
}

/** Opens the seals of a shop's roots, each verified. @throws KomainuError that says which is missing, altered or put back. */
export async function openSeals(loaded: LoadedConfig, shop: Shop, root?: string): Promise<Seals> {
  const paths = guardPaths(loaded);
  const publicKey = await trustedKey(loaded, shop);
  const open = async (id: RootId): Promise<OpenSeal> => {
    const highest = paths.highest(shop.id, id);
    const opened = await openSeal({
      dir: paths.seal(shop.id, id),
      publicKey,
      root: id,
      shop: shop.id,
      atLeast: await highestSeen(highest),
    });
    if (opened.kind === 'refused') throw new KomainuError('refused', opened.message);
    await noteRelease(highest, opened.seal.seal.release);
    return opened.seal;
  };
  const roots: SealedRoot[] = [];
  for (const { dir, ...one } of rootsOf(loaded, shop, root))
    roots.push({ root: one, dir, seal: await open(one.id) });
  const databases: SealedDatabase[] = [];
  for (const database of databasesOf(loaded, shop, root))
    databases.push({ database, seal: await open(database.id) });
  return { roots, databases, publicKey, blobs: await openFileBlobs({ dir: paths.blobs }) };
}
