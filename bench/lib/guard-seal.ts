import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenSeal, openSeal, sealRoot } from '@komainu/guard';
import type { BlobRef, Blobs, RootId, ShopId } from '@komainu/model';

/** Forgets the bytes: for sealing a tree without waiting a hundred thousand times for the disk. */
export const noBlobs: Blobs = {
  put: async () => `sha256:${'0'.repeat(64)}` as BlobRef,
  get: async () => new Uint8Array(),
  has: async () => true,
};

export interface Sealed {
  /** The seal's directory, and its public key as PEM in a file: for a process of its own. */
  readonly out: string;
  readonly pub: string;
  readonly seal: OpenSeal;
  readonly publicKey: KeyObject;
}

export async function sealTree(base: string, dir: string, blobs: Blobs = noBlobs): Promise<Sealed> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const out = join(base, 'seal');
  const pub = join(base, 'pub.pem');
  const sealed = await sealRoot({
    root: { id: 'app' as RootId, path: dir, policies: [] },
    dir,
    shop: 'shop' as ShopId,
    by: 'bench',
    blobs,
    out,
    publicKey,
    signer: { sign: (bytes) => sign(null, bytes, privateKey) },
  });
  if (sealed.kind !== 'sealed') throw new Error(JSON.stringify(sealed));
  const opened = await openSeal({ dir: out, publicKey });
  if (opened.kind === 'refused') throw new Error(opened.message.en);
  writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
  return { out, pub, seal: opened.seal, publicKey };
}
