import type { KeyObject } from 'node:crypto';
import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blobs, FilePath, RootId, ShopId } from '@komainu/model';
import { codeOf } from '../error.ts';
import { compilePolicies } from '../disk/policy.ts';
import { expiryOf } from './expiry.ts';
import { highestSeen, noteRelease } from './highest.ts';
import { keepBodies } from './keep-bodies.ts';
import { type OpenSeal, openSeal, refuse, type SealRefused } from './open-seal.ts';
import { publicKeyFiles } from './sign.ts';
import { putInForce, stageSeal } from './store-seal.ts';

export interface InstallSealOptions {
  /** The release: a seal directory made elsewhere, or one release of it. */
  readonly from: string;
  /** The host's seal directory. */
  readonly out: string;
  /** All the host has of the key: its public half. */
  readonly publicKey: KeyObject | string;
  readonly shop: ShopId;
  readonly root: RootId;
  /** Where the highest release ever believed is noted; apart from `out`. */
  readonly highest: string;
  /** Holds the files of the release, for their bytes: the root, or where the release waits to be moved there. */
  readonly files: string;
  /** Gets the bytes of every sealed file, for restoring. */
  readonly blobs: Blobs;
  readonly maxStored?: number;
}

export type InstallSealResult =
  | {
      readonly kind: 'installed';
      readonly seal: OpenSeal;
      /** Sealed files whose bytes `files` does not hold, or that are too big: they cannot be restored. */
      readonly unstored: readonly FilePath[];
    }
  | SealRefused;

const FILES = [
  'RELEASE',
  'RELEASE.sig',
  'RELEASE.signify',
  'RELEASE.minisig',
  'RELEASE.sshsig',
  'MANIFEST',
  'MANIFEST.mtree',
  'ENTRIES',
  'DBMANIFEST',
];

/**
 * Verifies a release that was sealed elsewhere and puts it in force, at once and whole. A lower number, another
 * successor of the same predecessor, and an expired one are refused. The release in force again is no fault.
 * @throws errors of reading `from` and `files`, of the blob store and of writing `out`.
 */
export async function installSeal(options: InstallSealOptions): Promise<InstallSealResult> {
  const { out, publicKey, root, shop, highest } = options;
  const expected = { publicKey, root, shop, atLeast: await highestSeen(highest) };
  const offered = await openSeal({ ...expected, dir: options.from });
  if (offered.kind === 'refused') return offered;
  const staged = await stageSeal(out, { ...(await readRelease(options.from)), ...publicKeyFiles(publicKey) });
  try {
    // Once more, where it will stay: what was verified is what comes into force.
    const opened = await openSeal({ ...expected, dir: staged });
    if (opened.kind === 'refused') return opened;
    const place = await placeOf(opened.seal, options);
    if (typeof place === 'object') return place;

    const { seal, entries } = opened.seal;
    const policies = compilePolicies(seal.policies);
    const files = [...entries].filter(
      ([path, state]) => state.type === 'file' && policies.of(path) === 'sealed',
    );
    const kept = await keepBodies(await realpath(options.files), files, options);
    if (place === 'next') await putInForce(out, staged, seal.release);
    await noteRelease(highest, seal.release);
    const unstored = [...kept.unstored, ...kept.gaps.flatMap(({ path }) => path ?? [])];
    return { kind: 'installed', seal: opened.seal, unstored };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Where the release stands to the one in force. */
async function placeOf(
  next: OpenSeal,
  options: InstallSealOptions,
): Promise<'next' | 'in-force' | SealRefused> {
  const { out, publicKey, root, shop } = options;
  const expired = expiryOf(next);
  if (expired !== null)
    return refuse(
      'RELEASE',
      'expired',
      `release ${next.seal.release} expired at ${next.seal.expires}; seal anew`,
      `リリース ${next.seal.release} は ${next.seal.expires} に期限が切れています。封印し直してください`,
    );
  const now = await openSeal({ dir: out, publicKey, root, shop });
  if (now.kind === 'refused') return now.code === 'missing' && now.file === 'RELEASE' ? 'next' : now;
  const { ref, seal } = now.seal;
  if (next.ref === ref) return 'in-force';
  if (next.seal.release <= seal.release)
    return refuse(
      'RELEASE',
      'rolled-back',
      `is release ${next.seal.release}, but release ${seal.release} is in force; take a higher number`,
      `リリース ${next.seal.release} ですが、すでにリリース ${seal.release} が有効です。より大きい番号にしてください`,
    );
  if (next.seal.release === seal.release + 1 && next.seal.previous !== ref)
    return refuse(
      'RELEASE',
      'forked',
      `does not follow the release ${seal.release} that is in force here: they were not sealed one after the other`,
      `ここで有効なリリース ${seal.release} に続くものではありません。別の系列の封印です`,
    );
  return 'next';
}

/** The files of a release, read but not yet believed. */
async function readRelease(from: string): Promise<Record<string, Uint8Array>> {
  const dir = await realpath(join(from, 'current')).catch(() => from);
  const files: Record<string, Uint8Array> = {};
  for (const name of FILES) {
    const bytes = await readFile(join(dir, name)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (bytes !== null) files[name] = bytes;
  }
  return files;
}
