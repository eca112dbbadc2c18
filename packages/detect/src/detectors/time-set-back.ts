import { type FileChange, type Text, text } from '@komainu/model';
import { defineDetector, type Draft } from '../define.ts';
import { isCode } from '../files/executable.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const timeSetBack = defineDetector({
  id: 'time-set-back',
  title: text('Time stamp that was set back', '書き戻された更新日時'),
  why: text(
    'Intruders give an altered file its old time again, so that a listing by date shows nothing; the kernel’s own time tells.',
    '侵入者は改ざんしたファイルの更新日時を元に戻し、日付順の一覧に現れないようにします。カーネルが記録する時刻は変えられません。',
  ),
  requires: ['changes'],
  detect({ changes }) {
    return changes.flatMap((change, index) => {
      const trick = trickOf(change, changes);
      return trick === null ? [] : [draft(change, index, trick)];
    });
  },
});

interface Trick {
  readonly sure: boolean;
  readonly what: Text;
}

const DAY = 86_400_000;
/** A deploy writes many files within so many milliseconds. */
const TOGETHER = 60_000;

function trickOf(change: FileChange, all: readonly FileChange[]): Trick | null {
  const { before, after, kind } = change;
  if (after?.type !== 'file') return null;
  const [mtime, ctime] = [Date.parse(after.mtime), Date.parse(after.ctime)];
  if (before !== null && kind !== 'renamed') {
    if (before.hash === after.hash || before.type !== 'file') return null;
    const sealed = Date.parse(before.mtime);
    // `touch -r` copies the time exactly, PHP's touch() to the second. Packages are built with one full second for all files.
    if (
      sealed % 1_000 !== 0 &&
      (mtime === sealed || mtime === sealed - (sealed % 1_000)) &&
      ctime - mtime > 2_000
    )
      return { sure: true, what: SAME };
    if (mtime <= sealed && ctime > sealed + 2_000 && isAlone(change, all)) return { sure: false, what: OLD };
    return null;
  }
  // Unpacked and copied files keep their times too, but they come in numbers.
  if (kind !== 'added' || !isCode(change.path) || ctime - mtime < DAY || !isAlone(change, all)) return null;
  return { sure: false, what: BORROWED };
}

const isAlone = ({ after }: FileChange, all: readonly FileChange[]): boolean => {
  const at = Date.parse(after?.ctime ?? '');
  const near = all.filter((other) => Math.abs(Date.parse(other.after?.ctime ?? '') - at) < TOGETHER);
  return near.length < 5;
};

const SAME = text(
  'Its content is another one, and its time is exactly that of the sealed file: it was set by whoever wrote it.',
  '内容が変わっているのに、更新日時が封印時とまったく同じです。書き込んだ者が日時を設定しています。',
);
const OLD = text(
  'Its content is another one, and its time is not later than that of the sealed file.',
  '内容が変わっているのに、更新日時が封印時より新しくなっていません。',
);
const BORROWED = text(
  'It is new here and says that it was written long ago; no other files came with it.',
  '新しく置かれたファイルなのに、更新日時は古いままです。同時に置かれた他のファイルもありません。',
);

function draft(change: FileChange, index: number, { sure, what }: Trick): Draft {
  const { path, after } = change;
  const [mtime, ctime] = [after?.mtime ?? '', after?.ctime ?? ''];
  return {
    subject: path,
    grade: sure ? 'tampered' : 'changed',
    severity: sure ? 'high' : 'medium',
    confidence: sure ? 'likely' : 'possible',
    title: text(
      `${shown(path)}: a file whose time stamp was set back to hide a change.`,
      `${shown(path)}：変更を隠すために更新日時が書き戻されたファイルです。`,
    ),
    detail: text(
      `${what.en} Time stamp ${mtime}, really written ${ctime}. ${sure ? 'Honest programs do not do this: treat it as an intrusion.' : 'A copy from a backup does this too; if nobody made one, treat it as an intrusion.'}`,
      `${what.ja}更新日時は ${mtime}、実際の書き込みは ${ctime} です。${sure ? '正規のプログラムはこのようなことをしません。侵入として対処してください。' : 'バックアップからの復元でも起こりますが、心当たりがなければ侵入として対処してください。'}`,
    ),
    references: fileReferences(change, index),
  };
}
