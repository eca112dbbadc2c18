import { type FileChange, type Text, text } from '@komainu/model';
import { compareCode } from '../code/compare.ts';
import { describe } from '../code/describe.ts';
import { readingsOf } from '../database/decode.ts';
import { isRow, programOf } from '../database/row.ts';
import { type CodeSign, MAX_TEXT, signsIn } from '../database/signs.ts';
import { type Bodies, defineDetector, type Draft } from '../define.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const sealedRow = defineDetector({
  id: 'sealed-row',
  title: text('Content of the database changed', 'データベースの内容の変化'),
  why: text(
    'A script written into a block, a page or a setting of the database is printed into every page; no file changes.',
    'データベース内のブロック・ページ・設定に書き込まれたスクリプトは、全ページに出力されます。ファイルには何も変化が現れません。',
  ),
  requires: ['changes'],
  detect({ changes }, { bodies }) {
    return changes.flatMap((change, index) => {
      if (!isRow(change) || change.policy === 'visitor' || programOf(change.path) !== null) return [];
      const found = judge(change, bodies);
      return found === null ? [] : [{ ...found, references: fileReferences(change, index) }];
    });
  },
});

/** Runs in customers' browsers or on the server; the others show something from elsewhere, or may be data. */
const RUNS: readonly CodeSign['kind'][] = ['script', 'handler', 'address', 'refresh', 'php'];
/** A PHP object whose text also names what runs commands or writes files. */
const GADGET =
  /<\?php|\b(?:eval|assert|system|shell_exec|passthru|file_put_contents|Closure|FileCookieJar|BufferHandler|call_user_func)\b/;

function judge(change: FileChange, bodies: Bodies): Draft | null {
  const after = textOf(change.bodyAfter, bodies);
  const before = textOf(change.bodyBefore, bodies);
  if (change.after !== null && change.after.size > 0 && (after === null || after.length > MAX_TEXT))
    return unread(change);
  const fresh = news(before ?? '', after ?? '', signsIn);
  const running = fresh.find(({ kind }) => RUNS.includes(kind));
  // Without the sealed bytes nobody can say what is new.
  const isCompared = change.bodyBefore !== null || (change.before?.size ?? 0) === 0;
  if (running && isCompared) return injected(change, running, fresh.length - 1);
  const object = fresh.find(({ kind }) => kind === 'object');
  if (object && isCompared && GADGET.test(after ?? '')) return injected(change, object, fresh.length - 1);
  const hidden = news(before ?? '', after ?? '', (one) => readingsOf(one).flatMap(signsIn)).find(({ kind }) =>
    RUNS.includes(kind),
  );
  const other = fresh[0] ?? hidden;
  if (other) return suspicious(change, other, fresh.length === 0);
  return change.policy === 'sealed' ? altered(change, before, after) : null;
}

/** Signs of a text that the other has not. */
function news(
  before: string,
  after: string,
  signs: (untrusted: string) => readonly CodeSign[],
): readonly CodeSign[] {
  const known = new Set(signs(before).map(({ key }) => key));
  return signs(after).filter(({ key }) => !known.has(key));
}

function textOf(ref: FileChange['bodyAfter'], bodies: Bodies): string | null {
  const bytes = ref === null ? undefined : bodies(ref);
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}

const NEXT = text(
  'If nobody of the shop did this, it is an intrusion: stop card payments, keep the value, and put the sealed one back (komainu restore prints it).',
  '作業に心当たりがなければ不正な侵入です。カード決済を停止し、現在の値を保全したうえで、封印時の値に戻してください（komainu restore で表示できます）。',
);

const injected = ({ path }: FileChange, { what, detail }: CodeSign, more: number): Draft => ({
  subject: path,
  grade: 'tampered',
  severity: 'critical',
  title: text(
    `The database now holds ${what.en} that was not sealed: ${shown(path)}.`,
    `封印時にはなかった${what.ja}がデータベースに書き込まれています：${shown(path)}。`,
  ),
  detail: text(
    `It is: ${shown(detail, 200)}${more > 0 ? ` (and ${more} more)` : ''}. The shop prints this value into its pages. ${NEXT.en}`,
    `内容：${shown(detail, 200)}${more > 0 ? `（ほか${more}件）` : ''}。この値はショップのページに出力されます。${NEXT.ja}`,
  ),
});

const suspicious = ({ path }: FileChange, { what, detail }: CodeSign, encoded: boolean): Draft => ({
  subject: path,
  grade: 'changed',
  severity: 'high',
  confidence: 'possible',
  title: text(
    `The database now holds ${what.en}${encoded ? ' in an encoded form' : ''} that was not sealed: ${shown(path)}.`,
    `封印時にはなかった${what.ja}が${encoded ? '符号化された形で' : ''}データベースに書き込まれています：${shown(path)}。`,
  ),
  detail: text(
    `It is: ${shown(detail, 200)}. Ask who edited it; if it is known, seal again, if not, put the sealed value back.`,
    `内容：${shown(detail, 200)}。誰が編集したかを確認してください。心当たりがあれば封印し直し、なければ封印時の値に戻してください。`,
  ),
});

const HAPPENED: Readonly<Record<'added' | 'changed' | 'removed', (path: string) => Text>> = {
  added: (path) =>
    text(
      `A value was added to the sealed part of the database: ${path}.`,
      `封印したデータベースに値が追加されました：${path}。`,
    ),
  changed: (path) =>
    text(
      `A sealed value of the database was changed: ${path}.`,
      `封印したデータベースの値が変わりました：${path}。`,
    ),
  removed: (path) =>
    text(
      `A sealed value of the database was removed: ${path}.`,
      `封印したデータベースの値が削除されました：${path}。`,
    ),
};

function altered(change: FileChange, before: string | null, after: string | null): Draft {
  const kind = change.kind === 'added' || change.kind === 'removed' ? change.kind : 'changed';
  const bytes = (one: string) => new TextEncoder().encode(one);
  const compared = after === null ? null : compareCode(before === null ? null : bytes(before), bytes(after));
  const what = compared === null ? text('', '') : describe(compared);
  return {
    subject: change.path,
    grade: 'changed',
    severity: (compared?.hosts.length ?? 0) > 0 ? 'high' : 'low',
    title: HAPPENED[kind](shown(change.path)),
    detail: text(
      `${what.en} It holds nothing new that would run. If it was edited on purpose, seal again.`.trim(),
      `${what.ja}新たに動作するものは含まれていません。意図した編集であれば、封印し直してください。`,
    ),
  };
}

const unread = ({ path, after }: FileChange): Draft => ({
  subject: `unread ${path}`,
  grade: 'unobserved',
  severity: 'medium',
  title: text(
    `A value of the database could not be looked into: ${shown(path)}.`,
    `データベースの値の中身を確認できませんでした：${shown(path)}。`,
  ),
  detail: text(
    `It has ${after?.size ?? 0} bytes and is not at hand, or too long. Have a look at it in the database.`,
    `${after?.size ?? 0}バイトの値が保存されていないか、長すぎます。データベースで直接確認してください。`,
  ),
});
