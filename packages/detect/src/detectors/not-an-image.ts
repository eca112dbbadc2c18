import { type FileChange, type Text, text } from '@komainu/model';
import { type Bodies, defineDetector, type Draft } from '../define.ts';
import { hoards, insertedInto, isPlainText } from '../files/growth.ts';
import { imageShape, namedAsImage } from '../files/image.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const notAnImage = defineDetector({
  id: 'not-an-image',
  title: text('File that is an image only by its name', '名前だけの画像ファイル'),
  why: text(
    'Card data stolen on the server is hoarded in a file named like a picture and fetched later; the page looks untouched (about 40 Japanese shops, announced in 2024).',
    'サーバー上で盗んだカード情報を、画像のような名前のファイルに溜めて後から取り出す手口です。ページ側には何も現れません（2024年に公表された国内約40店舗の事例）。',
  ),
  requires: ['changes'],
  detect({ changes }, { bodies, earlier }) {
    return changes.flatMap((change, index) => {
      const { kind, path, policy, after } = change;
      if (policy === 'ignored' || kind === 'removed' || kind === 'metadata' || after?.type !== 'file')
        return [];
      if (!namedAsImage(path)) return [];
      const bytes = change.bodyAfter === null ? undefined : bodies(change.bodyAfter);
      // An upload folder's unread files are told by `executable-upload`, a sealed file by `sealed-file`.
      if (bytes === undefined) return policy === 'churn' ? [unread(change, index)] : [];
      const flaw = flawOf(change, bytes, [beforeOf(change, bodies), earlier?.(path)]);
      return flaw === null ? [] : [draft(change, index, flaw)];
    });
  },
});

/** What is wrong with a file that calls itself an image. */
interface Flaw {
  readonly grade: 'tampered' | 'changed';
  /** Completes "A file named as an image …". */
  readonly what: Text;
  readonly why: Text;
}

function flawOf(
  { kind }: Pick<FileChange, 'kind'>,
  bytes: Uint8Array,
  versions: readonly (Uint8Array | undefined)[],
): Flaw | null {
  const shape = imageShape(bytes);
  if (kind !== 'renamed' && versions.some((before) => before !== undefined && grew(before, bytes)))
    return GREW;
  if (shape.kind === 'image') return shape.format !== 'SVG' && hoards(bytes) ? HOARDS : null;
  if (shape.kind === 'truncated') return unfinished(shape.format);
  if (shape.kind === 'trailing') return trailing(shape.format, shape.end, bytes.length);
  return bytes.length === 0 ? EMPTY : noImage(bytes.length);
}

/** By its bytes alone: a file named as an image that is surely none, or hides more. An upload under way is not meant. */
export const isFalseImage = (path: string, bytes: Uint8Array): boolean =>
  namedAsImage(path) && flawOf({ kind: 'added' }, bytes, [])?.grade === 'tampered';

const beforeOf = ({ bodyBefore }: FileChange, bodies: Bodies): Uint8Array | undefined =>
  bodyBefore === null ? undefined : bodies(bodyBefore);

/** Written on at its end, or text put into it, and nothing else: not replaced; an upload that was finished is neither. */
function grew(before: Uint8Array, after: Uint8Array): boolean {
  const inserted = insertedInto(before, after);
  if (inserted === null) return false;
  if (imageShape(before).kind === 'truncated') {
    const now = imageShape(after).kind;
    if (now === 'image') return false;
    // A slow upload arrives in pieces of the picture's own data; what is hoarded is text.
    if (now === 'truncated') return isPlainText(inserted);
  }
  const appended = inserted.byteOffset + inserted.length === after.byteOffset + after.length;
  if (appended && Buffer.compare(before, after.subarray(0, before.length)) === 0) return true;
  const shape = imageShape(after);
  // A drawing is text, and grows with every line that is drawn.
  return isPlainText(inserted) && !(shape.kind === 'image' && shape.format === 'SVG');
}

const GREW: Flaw = {
  grade: 'tampered',
  what: text('was written to', 'に書き足されています'),
  why: text(
    'Everything it held before is still there, with more put to it. Pictures do not grow; stores of stolen data do.',
    '以前の内容はそのままに、データが書き足されています。画像が増えていくことはなく、盗んだ情報の保管場所の疑いがあります。',
  ),
};
const HOARDS: Flaw = {
  grade: 'tampered',
  what: text('holds lines of encoded text', 'に、符号化された文字列の行が含まれています'),
  why: text(
    'The picture can be seen, and beside it lies data that no camera or editor writes.',
    '画像としては表示できますが、カメラや編集ソフトが書き込むことのないデータが含まれています。',
  ),
};
const EMPTY: Flaw = {
  grade: 'changed',
  what: text('is empty', 'は空です'),
  why: text(
    'It may be an upload that failed, or a store not yet in use.',
    'アップロードの失敗か、これから使われる保管場所かもしれません。',
  ),
};
const noImage = (length: number): Flaw => ({
  grade: 'tampered',
  what: text('is no image', 'は画像ではありません'),
  why: text(
    `Its ${length} bytes follow no known image format.`,
    `${length}バイトの内容は、どの画像形式にも当てはまりません。`,
  ),
});
const trailing = (format: string, end: number, length: number): Flaw => ({
  grade: 'tampered',
  what: text('carries data behind its picture', 'に画像以外のデータが付け加えられています'),
  why: text(
    `The ${format} picture ends after ${end} bytes; ${length - end} more follow.`,
    `${format}画像は${end}バイトで終わりますが、その後に${length - end}バイトが続いています。`,
  ),
});
const unfinished = (format: string): Flaw => ({
  grade: 'changed',
  what: text('is an unfinished image', 'は途中で切れた画像です'),
  why: text(
    `It begins as a ${format} picture and ends too soon. It may be an upload under way; the next report will tell.`,
    `${format}画像として始まりますが、途中で終わっています。アップロードの途中かもしれません。次の報告で確認します。`,
  ),
});

const draft = (change: FileChange, index: number, { grade, what, why }: Flaw): Draft => ({
  subject: change.path,
  grade,
  severity: grade === 'tampered' ? 'critical' : 'low',
  confidence: grade === 'tampered' ? 'likely' : 'possible',
  title: text(
    `A file named as an image ${what.en}: ${shown(change.path)}.`,
    `画像の名前が付いたファイル ${shown(change.path)} ${what.ja}。`,
  ),
  detail: text(
    `${why.en} ${grade === 'tampered' ? 'Stolen card data is often hoarded like this. Stop card payments, keep the file, and look for the code that writes to it.' : 'Look at it if you do not know it.'}`,
    `${why.ja}${grade === 'tampered' ? '盗まれたカード情報は、このように溜められることがよくあります。カード決済を停止し、ファイルを保全したうえで、書き込んでいるプログラムを探してください。' : '心当たりがなければ、中身を確認してください。'}`,
  ),
  references: fileReferences(change, index),
});

const unread = (change: FileChange, index: number): Draft => ({
  subject: `unread ${change.path}`,
  grade: 'unobserved',
  severity: 'low',
  title: text(
    `A file named as an image could not be looked into: ${shown(change.path)}.`,
    `画像の名前が付いたファイルの中身を確認できませんでした：${shown(change.path)}。`,
  ),
  detail: text(
    `Its content (${change.after?.size ?? 0} bytes) was not kept. Have a look at it on the server.`,
    `内容（${change.after?.size ?? 0}バイト）が保存されていません。サーバー上で確認してください。`,
  ),
  references: fileReferences(change, index),
});
