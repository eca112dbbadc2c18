import { type GuardAct, text } from '@komainu/model';
import { defineDetector, type Draft } from '../define.ts';
import { shown } from '../show.ts';

export const guardStopped = defineDetector({
  id: 'guard-stopped',
  title: text('The guard could not put it right', '番人による復元の失敗・中断'),
  why: text(
    'What stays altered after the guard acted is altered by somebody who is still there, or by a deploy that nobody signed.',
    '番人が対処した後も改変が残る場合、攻撃者がまだ活動しているか、署名のないデプロイが行われています。',
  ),
  requires: ['done'],
  detect: ({ done }) => done.flatMap((act, index) => draftOf(act, index) ?? []),
});

function draftOf(act: GuardAct, index: number): Draft | null {
  if (act.kind !== 'failed' && act.kind !== 'stood-down') return null;
  const path = act.path === null ? null : shown(act.path);
  const references = [
    { label: act.path ?? '', blob: null, pointer: `/acts/${index}`, role: 'file' as const },
  ];
  if (act.kind === 'failed')
    return {
      subject: `failed ${act.act} ${act.path ?? ''}`,
      grade: 'tampered',
      severity: 'critical',
      title:
        act.act === 'halt'
          ? text(
              'The guard could not stop card payments by itself.',
              '番人が単独でカード決済を停止できませんでした。',
            )
          : text(`The guard could not put ${path} right.`, `番人が ${path} を元に戻せませんでした。`),
      detail: text(
        `${shown(act.reason.en, 300)}. It is still as it was altered: act by hand.`,
        `${shown(act.reason.ja, 300)}。改変されたままです。手作業で対処してください。`,
      ),
      references,
    };
  const fight = act.looksLike === 'fight';
  return {
    subject: `stood down ${act.looksLike} ${act.path ?? ''}`,
    grade: fight ? 'tampered' : 'changed',
    severity: fight ? 'critical' : 'high',
    confidence: fight ? 'certain' : 'likely',
    title: fight
      ? text(
          `Somebody is fighting the guard over ${path ?? 'many files'}; it stopped putting it back.`,
          `${path ?? '多数のファイル'} が、番人が戻すたびに書き換えられています。自動の復元を止めました。`,
        )
      : text(
          'Many files changed at once without a signed release; the guard stopped putting them back.',
          '署名済みのリリースがないまま多数のファイルが一度に変わりました。自動の復元を止めました。',
        ),
    detail: text(
      `${shown(act.reason.en, 400)} If it was a deploy, sign its release (komainu seal); if not, find who writes there before you let the guard go on (komainu guard resume).`,
      `${shown(act.reason.ja, 400)}デプロイであれば、そのリリースに署名してください（komainu seal）。心当たりがなければ、書き込んでいる者を特定してから番人を再開してください（komainu guard resume）。`,
    ),
    references,
  };
}
