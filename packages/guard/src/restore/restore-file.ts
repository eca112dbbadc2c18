import { closeSync, constants, mkdirSync, openSync, realpathSync, unlinkSync } from 'node:fs';
import { type BlobRef, type Blobs, type FilePath, type FileState, type Text, text } from '@komainu/model';
import { differs } from '../disk/difference.ts';
import { nameOf, parentOf, ROOT } from '../disk/names.ts';
import { type Observation, observe } from '../disk/observe.ts';
import { codeOf, sayError } from '../error.ts';
import type { OpenSeal } from '../seal/open-seal.ts';
import { type HeldDirectory, holdParent, putFile, putLink, setRights } from './in-place.ts';

export interface RestoreOptions {
  readonly seal: OpenSeal;
  /** Where the root is, absolute. */
  readonly dir: string;
  readonly path: FilePath;
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

/**
 * Puts a sealed path back as it was sealed: bytes, owner, mode; directories above it too, when they are missing. What
 * stands there is kept first. The old or the new is there at every moment, never a part.
 */
export async function restoreFile(options: RestoreOptions): Promise<RestoreResult> {
  const { seal, dir, path, blobs, maxKept = MAX_KEPT } = options;
  const sealed = seal.entries.get(path);
  if (!sealed || path === ROOT)
    return refused(path, 'is not sealed; quarantine it instead', '封印されていません。隔離してください');
  try {
    const real = realpathSync(dir);
    for (const above of ancestors(path)) {
      const state = seal.entries.get(above);
      if (state?.type === 'directory' && observe(real, above, { hash: false }).kind === 'gone')
        makeDirectory(real, above, state);
    }
    const now = observe(real, path, { hash: true, keep: (_, size) => size <= maxKept });
    if (now.kind === 'unreadable')
      return refused(path, `cannot be read: ${now.detail}`, `読み取れません: ${now.detail}`);
    if (now.kind === 'seen' && differs('sealed', sealed, now.state) === null)
      return { kind: 'as-sealed', path };
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
    try {
      // A directory swapped for a link: kept above, and no rename puts a directory in its place.
      if (sealed.type === 'directory' && now.kind === 'seen' && now.state.type !== 'directory')
        unlinkSync(parent.at(nameOf(path)));
      if (!put(parent, path, sealed, bytes))
        return refused(
          path,
          'is neither file, link nor directory',
          'ファイル・リンク・ディレクトリのいずれでもありません',
        );
    } finally {
      parent.close();
    }
    return {
      kind: 'restored',
      path,
      to: sealed.hash,
      replaced: kept,
      was: now.kind === 'seen' ? now.state : null,
    };
  } catch (error) {
    return refused(
      path,
      `could not be restored: ${sayError(error)}`,
      `復元できませんでした: ${sayError(error)}`,
    );
  }
}

/** From the top down, without the path itself. */
function ancestors(path: FilePath): FilePath[] {
  const all: FilePath[] = [];
  for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) all.unshift(at);
  return all;
}

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

function put(parent: HeldDirectory, path: FilePath, sealed: FileState, bytes: Uint8Array | null): boolean {
  if (sealed.type === 'file') putFile(parent, path, bytes ?? new Uint8Array(), sealed);
  else if (sealed.type === 'link') putLink(parent, path, sealed.link ?? '', sealed);
  else if (sealed.type === 'directory') ensureDirectory(parent, path, sealed);
  return sealed.type === 'file' || sealed.type === 'link' || sealed.type === 'directory';
}

function makeDirectory(real: string, path: FilePath, state: FileState): void {
  const parent = holdParent(real, path);
  if (!parent) return;
  try {
    ensureDirectory(parent, path, state);
  } finally {
    parent.close();
  }
}

function ensureDirectory(parent: HeldDirectory, path: FilePath, state: FileState): void {
  try {
    mkdirSync(parent.at(nameOf(path)), 0o700);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const fd = openSync(
    parent.at(nameOf(path)),
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  try {
    setRights(fd, state);
  } finally {
    closeSync(fd);
  }
  parent.sync();
}
