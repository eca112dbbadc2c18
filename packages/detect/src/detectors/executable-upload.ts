import { type FileChange, text } from '@komainu/model';
import { isRow } from '../database/row.ts';
import { defineDetector, type Draft } from '../define.ts';
import { type Executable, executableByContent, executableByName } from '../files/executable.ts';
import { restrictsOnly } from '../files/htaccess.ts';
import { namedAsImage } from '../files/image.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const executableUpload = defineDetector({
  id: 'executable-upload',
  title: text('Executable file in an upload folder', 'アップロード用フォルダー内の実行ファイル'),
  why: text(
    'A web shell is uploaded where pictures belong and then called by its address; it is how most shops were entered.',
    '画像を置く場所に不正なプログラム（Webシェル）をアップロードし、そのアドレスを呼び出して侵入する手口が多く使われています。',
  ),
  requires: ['changes'],
  detect({ changes }, { bodies }) {
    return changes.flatMap((change, index) => {
      const { policy, kind, path, after } = change;
      if (
        policy !== 'no-exec' ||
        isRow(change) ||
        kind === 'removed' ||
        after === null ||
        after.type === 'directory'
      )
        return [];
      const bytes = change.bodyAfter === null ? undefined : bodies(change.bodyAfter);
      if (/(?:^|\/)\.htaccess$/.test(path) && bytes !== undefined && restrictsOnly(bytes)) return [];
      const byName = executableByName(path);
      if (byName !== null) return [upload(change, index, byName)];
      if (after.type === 'link') return [upload(change, index, LINK)];
      if (bytes !== undefined) {
        const byContent = executableByContent(path, bytes);
        return byContent === null ? [] : [upload(change, index, byContent)];
      }
      // Nothing new to read when only the owner or the time changed.
      return kind === 'metadata' || after.size === 0 ? [] : [unread(change, index)];
    });
  },
});

const LINK: Executable = {
  why: text(
    'it is a link, which may point at anything on the server',
    'サーバー上のどこでも指せるリンクです',
  ),
  where: 'server',
};

function upload(change: FileChange, index: number, { why, where }: Executable): Draft {
  const path = shown(change.path);
  const mask = namedAsImage(change.path);
  return {
    subject: change.path,
    grade: 'tampered',
    severity: 'critical',
    title: text(
      `A file that can run was put into a folder for uploads: ${path}.`,
      `アップロード用フォルダーに、実行できるファイルが置かれました：${path}。`,
    ),
    detail: text(
      `${mask ? 'It is named as an image, but ' : 'Because '}${why.en}${mask ? '' : ', it does not belong there'}. ${where === 'server' ? 'Whoever put it there can run commands with the shop’s rights.' : 'Whoever put it there can have it run on customers’ devices, from the shop’s own address.'} Stop card payments, keep the file, and look in the access log for who sent and who called it.`,
      `${mask ? '画像の名前が付いていますが、' : ''}${why.ja}。${where === 'server' ? '置いた者は、ショップの権限でコマンドを実行できます。' : '置いた者は、ショップ自身のアドレスから利用者の端末で動かすことができます。'}カード決済を停止し、ファイルを保全したうえで、誰が送り、誰が呼び出したかをアクセスログで調べてください。`,
    ),
    references: fileReferences(change, index),
  };
}

const unread = (change: FileChange, index: number): Draft => ({
  subject: `unread ${change.path}`,
  grade: 'unobserved',
  severity: 'low',
  title: text(
    `A file in a folder for uploads could not be looked into: ${shown(change.path)}.`,
    `アップロード用フォルダー内のファイルの中身を確認できませんでした：${shown(change.path)}。`,
  ),
  detail: text(
    `It has ${change.after?.size ?? 0} bytes and its content was not kept. Have a look at it, then seal again.`,
    `サイズは${change.after?.size ?? 0}バイトで、内容が保存されていません。ファイルを確認してから、もう一度封印してください。`,
  ),
  references: fileReferences(change, index),
});
