import { type Text, text } from '@komainu/model';
import { isRow, type ProgramKind, programOf } from '../database/row.ts';
import { defineDetector } from '../define.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const databaseProgram = defineDetector({
  id: 'database-program',
  title: text('Program inside the database', 'データベース内のプログラムの変化'),
  why: text(
    'A trigger or a timed event writes the skimmer back after every cleaning, or copies members and orders; nothing of it is on disk.',
    'トリガーや定期イベントは、除去後に不正コードを書き戻したり、会員や注文の情報を複製したりします。ファイルには残りません。',
  ),
  requires: ['changes'],
  detect({ changes }) {
    return changes.flatMap((change, index) => {
      const program = isRow(change) ? programOf(change.path) : null;
      if (program === null) return [];
      const runs = change.kind !== 'removed' && program.kind !== 'view';
      const [kind, name] = [KINDS[program.kind], shown(program.name)];
      const happened =
        HAPPENED[change.kind === 'added' || change.kind === 'removed' ? change.kind : 'changed'];
      return [
        {
          subject: change.path,
          grade: runs ? ('tampered' as const) : ('changed' as const),
          severity: runs ? ('critical' as const) : ('high' as const),
          title: text(
            `${kind.en} of the database was ${happened.en}: ${name}.`,
            `データベースの${kind.ja}が${happened.ja}：${name}。`,
          ),
          detail: text(
            `${runs ? 'It runs inside the database by itself or by call, and can write a removed script back. ' : ''}If it does not belong to a release of the shop, find out who made it, keep its text, and take it out; if it does, seal again.`,
            `${runs ? 'データベースの中で動き、取り除いたスクリプトを書き戻すこともできます。' : ''}ショップのリリースによるものでなければ、作成者を調べ、内容を保全したうえで取り除いてください。リリースによるものであれば、封印し直してください。`,
          ),
          references: fileReferences(change, index),
        },
      ];
    });
  },
});

const KINDS: Readonly<Record<ProgramKind, Text>> = {
  trigger: text('A trigger', 'トリガー'),
  procedure: text('A procedure', 'プロシージャ'),
  function: text('A function', '関数'),
  event: text('A timed event', 'イベント'),
  view: text('A view', 'ビュー'),
};
const HAPPENED = {
  added: text('added', '追加されました'),
  changed: text('changed', '変更されました'),
  removed: text('removed', '削除されました'),
};
