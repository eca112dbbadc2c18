import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobRef, canonicalBytes, instant, type RootId, Seal, type ShopId } from '@komainu/model';
import { codeOf } from '../error.ts';
import type { SealSigner } from './formats/key.ts';
import { openSeal, refOf, refuse, type SealRefused } from './open-seal.ts';
import { publicKeyFiles, signatureFiles } from './sign.ts';
import { highestRelease, putInForce, stageSeal } from './store-seal.ts';

interface ReleaseOptions {
  readonly root: RootId;
  readonly shop: ShopId;
  readonly by: string;
  readonly signer: SealSigner;
  readonly publicKey: KeyObject | string;
  readonly out: string;
  readonly release?: number;
  readonly atLeast?: number;
}

interface Previous {
  readonly kind: 'found';
  readonly highest: number;
  readonly ref: BlobRef | null;
}

/** What the new release follows: the seal in `out`, and the highest number that was ever given. */
export async function previousSeal({
  out,
  publicKey,
  root,
  shop,
  release,
  atLeast = 0,
}: ReleaseOptions): Promise<Previous | SealRefused> {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  const fresh = await readFile(join(out, 'RELEASE')).then(
    () => false,
    (error: unknown) => codeOf(error) === 'ENOENT',
  );
  const opened = fresh ? null : await openSeal({ dir: out, publicKey: key, root, shop, atLeast });
  if (opened?.kind === 'refused') return opened;
  const highest = Math.max(opened?.seal.seal.release ?? 0, await highestRelease(out), atLeast);
  if (release !== undefined && release <= highest)
    return refuse(
      'RELEASE',
      'rolled-back',
      `release ${release} is asked for, but numbers up to ${highest} are used; take a higher one`,
      `リリース ${release} が指定されましたが、${highest} まで使用済みです。より大きい番号にしてください`,
    );
  return { kind: 'found', highest, ref: opened?.seal.ref ?? null };
}

interface Contents extends Pick<Seal, 'policies' | 'responses' | 'files' | 'bytes' | 'expires'> {
  readonly MANIFEST: Uint8Array;
  readonly 'MANIFEST.mtree': Uint8Array;
  readonly ENTRIES: Uint8Array;
  readonly DBMANIFEST: Uint8Array | null;
}

/** Writes and signs a release and puts it in force. @throws errors of writing `out` */
export async function makeRelease(
  options: ReleaseOptions,
  previous: Previous,
  { policies, responses, files, bytes, expires, DBMANIFEST, ...made }: Contents,
): Promise<{ readonly seal: Seal; readonly ref: BlobRef }> {
  const { out, signer, publicKey } = options;
  const seal = Seal.parse({
    version: 1,
    shop: options.shop,
    root: options.root,
    release: options.release ?? previous.highest + 1,
    createdAt: instant(),
    createdBy: options.by,
    expires,
    files,
    bytes,
    manifest: refOf(made.MANIFEST),
    entries: refOf(made.ENTRIES),
    mtree: refOf(made['MANIFEST.mtree']),
    database: DBMANIFEST && refOf(DBMANIFEST),
    policies,
    ...(responses ? { responses } : {}),
    previous: previous.ref,
  });
  const release = canonicalBytes(seal);
  const staged = await stageSeal(out, {
    ...made,
    ...(DBMANIFEST ? { DBMANIFEST } : {}),
    RELEASE: release,
    ...signatureFiles(release, seal, signer, publicKey),
    ...publicKeyFiles(publicKey),
  });
  await putInForce(out, staged, seal.release);
  return { seal, ref: refOf(release) };
}
