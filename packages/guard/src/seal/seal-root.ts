import type { KeyObject } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import type { BlobRef, Blobs, FilePath, FileState, Instant, Root, Seal, ShopId } from '@komainu/model';
import type { Gap } from '../disk/difference.ts';
import { compilePolicies } from '../disk/policy.ts';
import { codeOf, GuardError } from '../error.ts';
import { survey } from '../scan/survey.ts';
import type { SealSigner } from './formats/key.ts';
import { keepBodies } from './keep-bodies.ts';
import { makeRelease, previousSeal } from './make-release.ts';
import { type Entry, entriesText, manifestOf, sortedByBytes } from './manifest.ts';
import { mtreeOf } from './mtree.ts';
import type { SealRefused } from './open-seal.ts';

export interface SealRootOptions {
  readonly root: Root;
  /** Where the root is, absolute. */
  readonly dir: string;
  readonly shop: ShopId;
  /** Who seals it: a person's or a release job's name. */
  readonly by: string;
  /** Gets the bytes of every sealed file, for restoring; null in a pipeline, where the host keeps them itself. */
  readonly blobs: Blobs | null;
  readonly signer: SealSigner;
  /** The signer's public key, against which a seal already in `out` must verify. */
  readonly publicKey: KeyObject | string;
  /** The seal directory. */
  readonly out: string;
  /** When the seal is to be told as outdated. Default: never. */
  readonly expires?: Instant;
  /** DBMANIFEST, the lines for the sealed rows of the shop's database. */
  readonly database?: Uint8Array;
  /** Seals every path as owned by these, as it will be on the host. Default: as it is here. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** The release's number, for who counts elsewhere. Default: one more than the highest. */
  readonly release?: number;
  /** The highest release ever noted: `out` must not hold a lower one. */
  readonly atLeast?: number;
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

/**
 * Seals what is in the root now, as the release after the one in `out`.
 * @throws GuardError `root-missing`; errors of the blob store and of writing `out`.
 */
export async function sealRoot(options: SealRootOptions): Promise<SealRootResult> {
  const dir = await realpath(options.dir).catch((error: unknown) => {
    throw new GuardError('root-missing', `cannot seal ${options.dir}: ${codeOf(error)}`, { cause: error });
  });
  const previous = await previousSeal({ ...options, root: options.root.id });
  if (previous.kind === 'refused') return previous;

  const policies = compilePolicies(options.root.policies);
  const found = await survey({ dir, policies, ...(options.workers ? { workers: options.workers } : {}) });
  if (found.gaps.length > 0) return { kind: 'unreadable', gaps: found.gaps };

  const owned = (state: FileState): FileState => ({ ...state, ...options.owner });
  const entries = sortedByBytes([...found.states].map(([path, state]): Entry => [path, owned(state)]));
  const files = entries.filter(([path, state]) => state.type === 'file' && policies.of(path) === 'sealed');
  const kept = await keepBodies(dir, files, options);
  if (kept.gaps.length > 0) return { kind: 'unreadable', gaps: kept.gaps };

  const { database = null } = options;
  const made = await makeRelease({ ...options, root: options.root.id }, previous, {
    policies: options.root.policies,
    files: files.length,
    bytes: files.reduce((sum, [, state]) => sum + state.size, 0),
    expires: options.expires ?? null,
    ...(options.root.responses ? { responses: options.root.responses } : {}),
    MANIFEST: manifestOf(files),
    'MANIFEST.mtree': mtreeOf(entries, policies),
    ENTRIES: entriesText(entries),
    DBMANIFEST: database,
  });
  return { kind: 'sealed', ...made, unstored: kept.unstored };
}
