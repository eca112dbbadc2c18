import { type BlobRef, type FileChange, type Text, text } from '@komainu/model';
import { compareCode } from '../code/compare.ts';
import { describe } from '../code/describe.ts';
import { explainChange } from '../code/explain.ts';
import { isRow } from '../database/row.ts';
import { type Context, defineDetector, type Draft } from '../define.ts';
import { isCode } from '../files/executable.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const sealedFile = defineDetector({
  id: 'sealed-file',
  title: text('Sealed file changed', '封印したファイルの変化'),
  why: text(
    'The payment application was sealed at its release. Between releases nothing in it changes by itself.',
    '決済アプリケーションはリリース時に封印されています。リリースとリリースの間に、ひとりでに変わることはありません。',
  ),
  requires: ['changes'],
  detect({ changes }, context) {
    return changes.flatMap((change, index) =>
      change.policy === 'sealed' && !isRow(change) ? [broken(change, index, context)] : [],
    );
  },
});

const WORDS: Readonly<Record<FileChange['kind'], (path: string, from: string) => Text>> = {
  added: (path) =>
    text(
      `A file was added to the sealed application: ${path}.`,
      `封印されたアプリケーションにファイルが追加されました：${path}。`,
    ),
  changed: (path) =>
    text(`A sealed file was altered: ${path}.`, `封印されたファイルが書き換えられました：${path}。`),
  removed: (path) =>
    text(`A sealed file was removed: ${path}.`, `封印されたファイルが削除されました：${path}。`),
  renamed: (path, from) =>
    text(
      `A sealed file was renamed: ${from} is now ${path}.`,
      `封印されたファイルの名前が変わりました：${from} → ${path}。`,
    ),
  metadata: (path) =>
    text(
      `The owner, permissions or time stamp of a sealed file changed: ${path}.`,
      `封印されたファイルの所有者、権限または更新日時が変わりました：${path}。`,
    ),
};

function broken(change: FileChange, index: number, context: Context): Draft {
  const { kind, path, from } = change;
  const what = how(change, context);
  const slight = isSlight(change);
  return {
    subject: `${kind} ${path}`,
    grade: slight ? 'changed' : 'tampered',
    severity: slight ? 'low' : isCode(path) || isCode(from ?? '') ? 'critical' : 'high',
    title: WORDS[kind](shown(path), shown(from ?? '')),
    detail: text(
      `${what.en} ${slight ? 'The content is as sealed; if nobody worked on the server, ask why.' : 'If nobody released a new version, this is an intrusion: stop card payments, keep the file as it is, and restore it from the seal.'}`,
      `${what.ja}${slight ? '内容は封印時のままです。サーバーでの作業に心当たりがなければ、理由を確認してください。' : '新しい版をリリースしていないのであれば、不正な侵入です。カード決済を停止し、ファイルを現状のまま保全したうえで、封印時の内容に戻してください。'}`,
    ),
    references: fileReferences(change, index),
  };
}

/** A time stamp alone, or an empty directory: no code, no data, no rights. */
function isSlight({ kind, before, after }: FileChange): boolean {
  if (kind === 'metadata' && before !== null && after !== null)
    return (
      before.mode === after.mode &&
      before.uid === after.uid &&
      before.gid === after.gid &&
      before.type === after.type
    );
  return (kind === 'added' || kind === 'removed') && (after ?? before)?.type === 'directory';
}

/** A file is altered, whoever its hosts are. */
const NOBODY: ReadonlySet<string> = new Set();

function how(change: FileChange, { bodies, code }: Context): Text {
  const { before, after } = change;
  const codeOf = (ref: BlobRef | null) => (ref === null ? undefined : code?.(ref));
  const parts: Text[] = [];
  const bodyAfter = change.bodyAfter === null ? undefined : bodies(change.bodyAfter);
  const bodyBefore = change.bodyBefore === null ? null : bodies(change.bodyBefore);
  if (bodyAfter !== undefined && after?.type === 'file' && before?.hash !== after.hash) {
    if (bodyBefore === null || bodyBefore === undefined) {
      const alone = describe(compareCode(null, bodyAfter));
      parts.push(
        change.before === null
          ? alone
          : text(
              `The sealed bytes are not at hand. Of what is there now: ${alone.en}`,
              `封印時の内容を参照できません。現在の内容：${alone.ja}`,
            ),
      );
    } else {
      const was = { bytes: bodyBefore, code: codeOf(change.bodyBefore) };
      parts.push(explainChange(was, { bytes: bodyAfter, code: codeOf(change.bodyAfter) }, NOBODY).says);
    }
  } else if (before !== null && after !== null && before.hash !== after.hash)
    parts.push(
      text(
        `It had ${before.size} bytes and has ${after.size}.`,
        `${before.size}バイトから${after.size}バイトになりました。`,
      ),
    );
  if (after?.type === 'link')
    parts.push(
      text(`It is a link to ${shown(after.link ?? '?')}.`, `${shown(after.link ?? '?')} へのリンクです。`),
    );
  if (before !== null && after !== null) parts.push(...rights(before, after));
  // An intruder sets the time back so that a listing by date shows nothing; the kernel's own ctime cannot be set.
  if (before !== null && after !== null && before.hash !== after.hash && after.mtime <= before.mtime)
    parts.push(
      text(
        'Its time stamp does not show the change: it was set back, as intruders do.',
        '更新日時に変更が現れていません。侵入者がよく使う、日時の書き戻しが疑われます。',
      ),
    );
  if (parts.length === 0) parts.push(text('Its content is not at hand.', '内容を参照できません。'));
  return text(parts.map((part) => part.en).join(' '), parts.map((part) => part.ja).join(''));
}

type State = NonNullable<FileChange['before']>;
const octal = (mode: number): string => `0${mode.toString(8)}`;

function rights(before: State, after: State): readonly Text[] {
  const parts: Text[] = [];
  if (before.type !== after.type)
    parts.push(
      text(
        `It was a ${before.type} and is a ${after.type}.`,
        `種類が ${before.type} から ${after.type} に変わりました。`,
      ),
    );
  if (before.mode !== after.mode) {
    const gained = after.mode & ~before.mode;
    parts.push(
      text(
        `Permissions ${octal(before.mode)} became ${octal(after.mode)}${(gained & 0o022) !== 0 ? ', so others can now write to it' : ''}${(gained & 0o111) !== 0 ? ', so it can now be run' : ''}${(gained & 0o6000) !== 0 ? ", with its owner's rights" : ''}.`,
        `権限が ${octal(before.mode)} から ${octal(after.mode)} に変わりました${(gained & 0o022) !== 0 ? '（他の利用者が書き込めます）' : ''}${(gained & 0o111) !== 0 ? '（実行できます）' : ''}${(gained & 0o6000) !== 0 ? '（所有者の権限で動きます）' : ''}。`,
      ),
    );
  }
  if (before.uid !== after.uid || before.gid !== after.gid)
    parts.push(
      text(
        `Owner ${before.uid}:${before.gid} became ${after.uid}:${after.gid}.`,
        `所有者が ${before.uid}:${before.gid} から ${after.uid}:${after.gid} に変わりました。`,
      ),
    );
  if (before.mtime !== after.mtime && before.hash === after.hash)
    parts.push(
      text(
        `Time stamp ${before.mtime} became ${after.mtime}.`,
        `更新日時が ${before.mtime} から ${after.mtime} に変わりました。`,
      ),
    );
  return parts;
}
