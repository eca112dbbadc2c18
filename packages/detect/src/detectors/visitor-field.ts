import { type FileChange, text } from '@komainu/model';
import { readingsOf } from '../database/decode.ts';
import { type CodeSign, MAX_TEXT, visitorSignsIn } from '../database/signs.ts';
import { type Bodies, defineDetector, type Draft } from '../define.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

/**
 * Anyone can order under any name: a halt would hand every passer-by the switch of the shop's card payments. So it is
 * never `tampered`; what it may bring about (a changed file, a changed block) is.
 */
export const visitorField = defineDetector({
  id: 'visitor-field',
  title: text('Code in a field that visitors fill in', '利用者の入力欄に書き込まれたコード'),
  why: text(
    'A script typed into an order ran in the administrator’s browser when the order was looked at, and opened the shop to the attacker (Japan, 2021).',
    '注文フォームに仕込まれたスクリプトが、注文を確認した管理者のブラウザーで動き、侵入の入口になりました（2021年、国内の多数の事例）。',
  ),
  requires: ['changes'],
  detect({ changes }, { bodies }) {
    return changes.flatMap((change, index) => {
      if (change.policy !== 'visitor') return [];
      const found = judge(change, bodies);
      return found === null ? [] : [{ ...found, references: fileReferences(change, index) }];
    });
  },
});

function judge(change: FileChange, bodies: Bodies): Draft | null {
  const path = shown(change.path);
  const bytes = change.bodyAfter === null ? undefined : bodies(change.bodyAfter);
  if (bytes === undefined || bytes.length > MAX_TEXT)
    return {
      subject: `unread ${change.path}`,
      grade: 'unobserved',
      severity: 'medium',
      title: text(
        `A field could not be looked into: ${path}.`,
        `入力欄の中身を確認できませんでした：${path}。`,
      ),
      detail: text(
        'Something in it could be code, and it is not at hand. Look at it in the database, not in the administration page.',
        'コードの可能性がある内容が保存されていません。管理画面ではなく、データベースで直接確認してください。',
      ),
    };
  const value = new TextDecoder().decode(bytes);
  const plain = visitorSignsIn(value)[0];
  const found = plain ?? readingsOf(value).flatMap(visitorSignsIn)[0];
  return found === undefined ? null : draft(change.path, found, plain === undefined);
}

const draft = (path: string, { what, detail }: CodeSign, encoded: boolean): Draft => ({
  subject: path,
  grade: 'changed',
  severity: 'high',
  confidence: encoded ? 'possible' : 'likely',
  title: text(
    `A field that visitors fill in holds ${what.en}${encoded ? ' in an encoded form' : ''}: ${shown(path)}.`,
    `利用者の入力欄に${what.ja}が${encoded ? '符号化された形で' : ''}書き込まれています：${shown(path)}。`,
  ),
  detail: text(
    `It is: ${shown(detail, 200)}. Nobody is called like that. Do not open this order or member in the administration page before it is removed in the database; then look whether anybody opened it, and check administrators, files and blocks.`,
    `内容：${shown(detail, 200)}。通常の入力ではありません。データベースから取り除くまで、この注文や会員を管理画面で開かないでください。そのうえで、すでに開いた人がいないか、管理者アカウント・ファイル・ブロックに異常がないかを確認してください。`,
  ),
});
