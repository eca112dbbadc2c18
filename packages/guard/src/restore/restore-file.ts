import { type BigIntStats, lstatSync, realpathSync, unlinkSync } from 'node:fs';
import { type BlobRef, type Blobs, type FilePath, type FileState, type Text, text } from '@komainu/model';
import { differs } from '../disk/difference.ts';
import { nameOf, ROOT } from '../disk/names.ts';
import { type Observation, observe } from '../disk/observe.ts';
import { signatureOf } from '../disk/state.ts';
import { codeOf, sayError } from '../error.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { ensureDirectory, makeAncestors } from './directories.ts';
import { type HeldDirectory, holdParent, putLink, type Staged, stageFile } from './in-place.ts';

export interface RestoreOptions {
  readonly seal: OpenSeal;
  /** Where the root is, absolute. */
  readonly dir: string;
  /** Has the sealed bytes; gets those that are replaced. */
  readonly blobs: Blobs;
  /** What stands there is kept up to this size; above it the restore is refused. Default 64 MiB. */
  readonly maxKept?: number;
}

export type RestoreResult =
  | {
      readonly kind: 'restored';
      readonly path: FilePath;
      /** The sealed bytes, now in place; of a link the hash of its target; null for a directory. */
      readonly to: BlobRef | null;
      /** What was there: its bytes in the blob store (a link's target text), its state for the record. */
      readonly replaced: BlobRef | null;
      readonly was: FileState | null;
    }
  /** It is as sealed already. */
  | { readonly kind: 'as-sealed'; readonly path: FilePath }
  | { readonly kind: 'refused'; readonly path: FilePath; readonly message: Text };

export const MAX_KEPT = 64 << 20;

export const refused = (path: FilePath, en: string, ja: string) =>
  ({ kind: 'refused', path, message: text(`${path}: ${en}`, `${path}: ${ja}`) }) as const;

/** So many paths, or so many bytes to be kept, share the waiting for the disk. */
const TOGETHER = 64;
const HEAVY = 32 << 20;
/**
 * A path that is altered between being kept and being replaced is kept once more, so often. Whoever alters it faster
 * than that has been seen, and must not keep the sealed bytes away.
 */
const ATTEMPTS = 3;

/** One path, see {@link restoreFiles}. */
export async function restoreFile({
  path,
  ...options
}: RestoreOptions & { readonly path: FilePath }): Promise<RestoreResult> {
  for await (const result of restoreFiles({ ...options, paths: [path] })) return result;
  throw new Error('a restore without a result');
}

/**
 * Puts sealed paths back as they were sealed: bytes, owner, mode; directories above them too, when they are missing.
 * What stands there is kept first. The old or the new is there at every moment, never a part, and a result is told
 * when it is on the disk. One result for each path; a directory is to come before what is in it.
 */
export async function* restoreFiles({
  paths,
  ...options
}: RestoreOptions & { readonly paths: Iterable<FilePath> }): AsyncGenerator<RestoreResult> {
  let batch: Due[] = [];
  let bytes = 0;
  for (const path of paths) {
    const due = look(path, options);
    if ('kind' in due) {
      yield due;
      continue;
    }
    // What follows may lie in it.
    if (due.sealed.type !== 'file') {
      yield await putBack(due, options);
      continue;
    }
    batch.push(due);
    bytes += due.sealed.size + (due.now.kind === 'seen' ? due.now.state.size : 0);
    if (batch.length < TOGETHER && bytes < HEAVY) continue;
    yield* await putBackTogether(batch, options);
    batch = [];
    bytes = 0;
  }
  yield* await putBackTogether(batch, options);
}

/** A path that is not as sealed. */
interface Due {
  readonly path: FilePath;
  readonly real: string;
  readonly sealed: FileState;
  readonly now: Exclude<Observation, { kind: 'unreadable' }>;
}

function look(path: FilePath, { seal, dir, maxKept = MAX_KEPT }: RestoreOptions): Due | RestoreResult {
  const sealed = seal.entries.get(path);
  if (!sealed || path === ROOT)
    return refused(path, 'is not sealed; quarantine it instead', '封印されていません。隔離してください');
  try {
    const real = realpathSync(dir);
    makeAncestors(real, path, seal.entries);
    const now = observe(real, path, { hash: true, keep: (_, size) => size <= maxKept });
    if (now.kind === 'unreadable')
      return refused(path, `cannot be read: ${now.detail}`, `読み取れません: ${now.detail}`);
    if (now.kind === 'seen' && differs('sealed', sealed, now.state) === null)
      return { kind: 'as-sealed', path };
    return { path, real, sealed, now };
  } catch (error) {
    return failed(path, error);
  }
}

async function putBackTogether(
  batch: readonly Due[],
  options: RestoreOptions,
): Promise<readonly RestoreResult[]> {
  return Promise.all(batch.map(async (due) => putBack(due, options)));
}

async function putBack(due: Due, options: RestoreOptions): Promise<RestoreResult> {
  const { blobs } = options;
  for (let next = due, attempt = 0; ; attempt++) {
    try {
      const result = await putBackOnce(next, blobs, attempt === ATTEMPTS);
      if (result !== 'altered') return result;
    } catch (error) {
      return failed(due.path, error);
    }
    const again = look(due.path, options);
    if ('kind' in again) return again;
    next = again;
  }
}

/** Each wait for the disk leaves the thread to the other paths of the batch. */
async function putBackOnce(
  { path, real, sealed, now }: Due,
  blobs: Blobs,
  isLast: boolean,
): Promise<RestoreResult | 'altered'> {
  const kept = await keep(now, blobs);
  if (kept === 'too-big')
    return refused(
      path,
      'what stands there is too big to be kept first',
      '現在のファイルが大きすぎて保存できません',
    );
  if (kept === 'in-the-way')
    return refused(
      path,
      'a directory or device stands in its place; remove it first',
      'ディレクトリまたはデバイスが置かれています。先に取り除いてください',
    );
  const bytes = sealed.type === 'file' && sealed.hash ? await sealedBytes(blobs, sealed.hash) : null;
  if (sealed.type === 'file' && bytes === null)
    return refused(path, 'its sealed bytes are not in the store', '封印時の内容が保管庫にありません');

  const parent = holdParent(real, path);
  if (!parent)
    return refused(
      path,
      'a directory above it is missing or a link',
      '上位のディレクトリがないか、リンクに置き換えられています',
    );
  let staged: Staged | null = null;
  try {
    if (sealed.type === 'file') {
      staged = stageFile(parent, path, bytes ?? new Uint8Array(), sealed);
      await staged.sync();
    }
    if (!isLast && !isStill(parent, path, now)) return 'altered';
    // A directory swapped for a link: kept above, and no rename puts a directory in its place.
    if (sealed.type === 'directory' && now.kind === 'seen' && now.state.type !== 'directory')
      unlinkSync(parent.at(nameOf(path)));
    if (staged) staged.place();
    else if (!put(parent, path, sealed))
      return refused(
        path,
        'is neither file, link nor directory',
        'ファイル・リンク・ディレクトリのいずれでもありません',
      );
    await parent.syncSoon();
  } finally {
    staged?.close();
    parent.close();
  }
  return {
    kind: 'restored',
    path,
    to: sealed.hash,
    replaced: kept,
    was: now.kind === 'seen' ? now.state : null,
  };
}

/** What was kept is what will be replaced. */
function isStill(parent: HeldDirectory, path: FilePath, now: Due['now']): boolean {
  let stat: BigIntStats | null;
  try {
    stat = lstatSync(parent.at(nameOf(path)), { bigint: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    stat = null;
  }
  return now.kind === 'seen' ? stat !== null && signatureOf(stat) === signatureOf(now.stat) : stat === null;
}

const failed = (path: FilePath, error: unknown) =>
  refused(path, `could not be restored: ${sayError(error)}`, `復元できませんでした: ${sayError(error)}`);

async function keep(now: Observation, blobs: Blobs): Promise<BlobRef | null | 'too-big' | 'in-the-way'> {
  if (now.kind !== 'seen') return null;
  const { type, link } = now.state;
  if (type === 'file') return now.bytes ? blobs.put(now.bytes) : 'too-big';
  if (type === 'link') return blobs.put(Buffer.from(link ?? '', 'utf8'));
  return type === 'directory' ? null : 'in-the-way';
}

/** Checked by the store against their name; null where they were too big to be stored when sealing. */
const sealedBytes = async (blobs: Blobs, hash: BlobRef): Promise<Uint8Array | null> =>
  (await blobs.has(hash)) ? blobs.get(hash) : null;

function put(parent: HeldDirectory, path: FilePath, sealed: FileState): boolean {
  if (sealed.type === 'link') putLink(parent, path, sealed.link ?? '', sealed);
  else if (sealed.type === 'directory') ensureDirectory(parent, path, sealed);
  return sealed.type === 'link' || sealed.type === 'directory';
}
