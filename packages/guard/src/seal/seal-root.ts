import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BlobRef,
  type Blobs,
  canonicalBytes,
  type FilePath,
  instant,
  type Root,
  Seal,
  type ShopId,
} from '@komainu/model';
import { type Gap, differs } from '../disk/difference.ts';
import { observe } from '../disk/observe.ts';
import { compilePolicies } from '../disk/policy.ts';
import { codeOf, GuardError } from '../error.ts';
import { each, survey } from '../scan/survey.ts';
import { type Entry, entriesText, manifestOf, sortedByBytes } from './manifest.ts';
import { openSeal, refOf, type SealRefused } from './open-seal.ts';
import { highestRelease, storeSeal } from './store-seal.ts';

/** Signs with Ed25519: 64 raw bytes. The ledger's `keys.signer` is one. */
export interface SealSigner {
  sign(message: Uint8Array): Uint8Array;
}

export interface SealRootOptions {
  readonly root: Root;
  /** Where the root is, absolute. */
  readonly dir: string;
  readonly shop: ShopId;
  /** Who seals it: a person's or a release job's name. */
  readonly by: string;
  /** Gets the bytes of every sealed file, for restoring. */
  readonly blobs: Blobs;
  readonly signer: SealSigner;
  /** The signer's public key, against which a seal already in `out` must verify. */
  readonly publicKey: KeyObject | string;
  /** The seal directory. */
  readonly out: string;
  /** Sealed files above this many bytes are sealed but cannot be restored. Default 64 MiB. */
  readonly maxStored?: number;
  readonly workers?: number;
}

export type SealRootResult =
  | {
      readonly kind: 'sealed';
      readonly seal: Seal;
      readonly ref: BlobRef;
      /** Too big to be stored: sealed, but not restorable. */
      readonly unstored: readonly FilePath[];
    }
  /** Nothing was written: these could not be read, so they could not be vouched for. */
  | { readonly kind: 'unreadable'; readonly gaps: readonly Gap[] }
  /** The seal in `out` is not one of ours; sealing over it would hide that. */
  | SealRefused;

const PUTS = 16;

/**
 * Seals what is in the root now, as the release after the one in `out`.
 * @throws GuardError `root-missing`; errors of the blob store and of writing `out`.
 */
export async function sealRoot(options: SealRootOptions): Promise<SealRootResult> {
  const dir = await realpath(options.dir).catch((error: unknown) => {
    throw new GuardError('root-missing', `cannot seal ${options.dir}: ${codeOf(error)}`, { cause: error });
  });
  const previous = await previousSeal(options);
  if (previous.kind === 'refused') return previous;

  const policies = compilePolicies(options.root.policies);
  const found = await survey({ dir, policies, ...(options.workers ? { workers: options.workers } : {}) });
  if (found.gaps.length > 0) return { kind: 'unreadable', gaps: found.gaps };

  const entries = sortedByBytes([...found.states].map(([path, state]): Entry => [path, state]));
  const files = entries.filter(([path, state]) => state.type === 'file' && policies.of(path) === 'sealed');
  const stored = await store(dir, files, options);
  if (stored.gaps.length > 0) return { kind: 'unreadable', gaps: stored.gaps };

  const manifest = manifestOf(files);
  const lines = entriesText(entries);
  const seal = Seal.parse({
    version: 1,
    shop: options.shop,
    root: options.root.id,
    release: Math.max(previous.release, await highestRelease(options.out)) + 1,
    createdAt: instant(),
    createdBy: options.by,
    files: files.length,
    bytes: files.reduce((sum, [, state]) => sum + state.size, 0),
    manifest: refOf(manifest),
    entries: refOf(lines),
    policies: options.root.policies,
    previous: previous.ref,
  });
  const release = canonicalBytes(seal);
  await storeSeal(options.out, seal.release, {
    MANIFEST: manifest,
    ENTRIES: lines,
    RELEASE: release,
    'RELEASE.sig': options.signer.sign(release),
  });
  return { kind: 'sealed', seal, ref: refOf(release), unstored: stored.unstored };
}

async function previousSeal({
  out,
  publicKey,
  root,
  shop,
}: SealRootOptions): Promise<{ kind: 'found'; release: number; ref: BlobRef | null } | SealRefused> {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  const fresh = await readFile(join(out, 'RELEASE')).then(
    () => false,
    (error: unknown) => codeOf(error) === 'ENOENT',
  );
  if (fresh) return { kind: 'found', release: 0, ref: null };
  const opened = await openSeal({ dir: out, publicKey: key, root: root.id, shop });
  if (opened.kind === 'refused') return opened;
  return { kind: 'found', release: opened.seal.seal.release, ref: opened.seal.ref };
}

async function store(
  dir: string,
  files: readonly Entry[],
  { blobs, maxStored = 64 << 20 }: SealRootOptions,
): Promise<{ unstored: FilePath[]; gaps: Gap[] }> {
  const unstored: FilePath[] = [];
  const gaps: Gap[] = [];
  await each(files, PUTS, async ([path, state]) => {
    if (state.size > maxStored) unstored.push(path);
    else if (state.hash !== null && !(await blobs.has(state.hash))) {
      const seen = observe(dir, path, { hash: true, keep: () => true });
      // What is stored must be what was hashed a moment ago, or the seal would promise bytes it does not have.
      if (seen.kind !== 'seen' || seen.bytes === null || differs('sealed', state, seen.state) !== null)
        gaps.push({
          path,
          detail: seen.kind === 'unreadable' ? seen.detail : 'changed while it was being sealed',
        });
      else await blobs.put(seen.bytes);
    }
  });
  return { unstored, gaps };
}
