import { lstatSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import type { BlobRef, Blobs, FilePath, FileState, Text } from '@komainu/model';
import { nameOf, ROOT } from '../disk/names.ts';
import { observe } from '../disk/observe.ts';
import { signatureOf } from '../disk/state.ts';
import { sayError } from '../error.ts';
import { holdParent } from './in-place.ts';
import { MAX_KEPT, refused } from './restore-file.ts';

export type QuarantineResult =
  | {
      readonly kind: 'quarantined';
      readonly path: FilePath;
      /** Its bytes, kept before it was removed; of a link the target text; null for an empty directory, FIFO or socket. */
      readonly body: BlobRef | null;
      /** Its times, owner and mode, as they were. */
      readonly was: FileState;
    }
  /** Nothing is there. */
  | { readonly kind: 'gone'; readonly path: FilePath }
  | { readonly kind: 'refused'; readonly path: FilePath; readonly message: Text };

/** Takes a path away from the root and keeps its bytes: first the bytes, then the removal. */
export async function quarantineFile(options: {
  readonly dir: string;
  readonly path: FilePath;
  readonly blobs: Blobs;
  /** Default 64 MiB. */
  readonly maxKept?: number;
}): Promise<QuarantineResult> {
  const { dir, path, blobs, maxKept = MAX_KEPT } = options;
  if (path === ROOT) return refused(path, 'is the root itself', 'ルートそのものです');
  try {
    const real = realpathSync(dir);
    const seen = observe(real, path, { hash: true, keep: (_, size) => size <= maxKept });
    if (seen.kind === 'gone') return { kind: 'gone', path };
    if (seen.kind === 'unreadable')
      return refused(path, `cannot be read: ${seen.detail}`, `読み取れません: ${seen.detail}`);
    const { type, link } = seen.state;
    if (type === 'file' && !seen.bytes)
      return refused(path, 'is too big to be kept first', '大きすぎて保存できません');
    const body = seen.bytes
      ? await blobs.put(seen.bytes)
      : type === 'link'
        ? await blobs.put(Buffer.from(link ?? ''))
        : null;

    const parent = holdParent(real, path);
    if (!parent)
      return refused(
        path,
        'a directory above it is a link',
        '上位のディレクトリがリンクに置き換えられています',
      );
    try {
      const target = parent.at(nameOf(path));
      if (signatureOf(lstatSync(target, { bigint: true })) !== signatureOf(seen.stat))
        return refused(
          path,
          'changed while it was being kept; try again',
          '保存中に変更されました。もう一度実行してください',
        );
      if (type === 'directory') rmdirSync(target);
      else unlinkSync(target);
      parent.sync();
    } finally {
      parent.close();
    }
    return { kind: 'quarantined', path, body, was: seen.state };
  } catch (error) {
    return refused(
      path,
      `could not be removed: ${sayError(error)}`,
      `隔離できませんでした: ${sayError(error)}`,
    );
  }
}
