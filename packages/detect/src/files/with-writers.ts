import type { FileWriter, Finding, GuardReport } from '@komainu/model';
import { shown } from '../show.ts';
import { changesOf } from './references.ts';

/** Says with each finding who wrote the file, where the kernel told the guard. */
export const withWriters = (findings: readonly Finding[], { changes }: GuardReport): readonly Finding[] =>
  findings.map((finding) => {
    const who = changesOf(finding).flatMap((index) => changes[index]?.who ?? [])[0];
    if (who === undefined) return finding;
    const { en, ja } = finding.detail;
    const told = sentence(who);
    return { ...finding, detail: { en: `${en} ${told.en}`, ja: `${ja}${told.ja}` } };
  });

function sentence({ pid, uid, user, command }: FileWriter) {
  const name = user ?? (uid === null ? null : String(uid));
  const called = command === null ? null : shown(command, 120);
  return {
    en: `Written by process ${pid}${called === null ? '' : ` (${called})`}${name === null ? '' : ` of the user ${shown(name)}`}, by the kernel’s word; what a process calls itself is its own choice.`,
    ja: `カーネルの記録では、書き込んだのは${name === null ? '' : `ユーザー ${shown(name)} の`}プロセス ${pid}${called === null ? '' : `（${called}）`}です（プロセスの名前は自称です）。`,
  };
}
