import { type GuardAct, type GuardActs, type Text, text } from '@komainu/model';

/** What a guard did, in one line of the timeline. */
export function titleOfActs({ root, acts }: GuardActs): Text {
  const parts = KINDS.flatMap(({ kind, say }) => {
    const { length } = acts.filter((act) => act.kind === kind);
    return length === 0 ? [] : [say(length)];
  });
  return text(
    `The guard acted under ${root}: ${parts.map(({ en }) => en).join(', ')}`,
    `${root} で番人が対処しました：${parts.map(({ ja }) => ja).join('、')}`,
  );
}

const KINDS: readonly { readonly kind: GuardAct['kind']; readonly say: (n: number) => Text }[] = [
  { kind: 'halted', say: () => text('card payments halted', 'カード決済を停止') },
  { kind: 'restored', say: (n) => text(`${n} put back as sealed`, `封印時の状態に復元${n}件`) },
  { kind: 'quarantined', say: (n) => text(`${n} taken away`, `隔離${n}件`) },
  { kind: 'failed', say: (n) => text(`${n} failed`, `失敗${n}件`) },
  {
    kind: 'stood-down',
    say: (n) => text(`stopped putting back in ${n} place${n === 1 ? '' : 's'}`, `自動の復元を中断${n}件`),
  },
  { kind: 'stands-again', say: () => text('allowed to act again by a person', '担当者の指示により再開') },
];
