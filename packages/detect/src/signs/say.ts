import { type RuleKind, type SignRule, type Text, text } from '@komainu/model';
import type { Draft } from '../define.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';
import type { FileSigns } from './collect.ts';
import type { Hit } from './find.ts';
import { CODE_WORDS, fileWord } from './language.ts';

const MOST = 3;

/** One finding for each file with signs of a kind: what the file is, what it now holds, what that does. */
export function draftsOf(signs: readonly FileSigns[], kind: RuleKind, advice: Text): readonly Draft[] {
  return signs.flatMap(({ change, index, hits }) => {
    const mine = hits.filter(({ rule }) => rule.kind === kind);
    const [first] = mine;
    if (first === undefined) return [];
    const attack = mine.some(({ rule }) => rule.weight === 'attack');
    const rules = mine.map(({ rule }) => rule).sort(byWeight);
    return [
      {
        subject: change.path,
        grade: attack ? 'tampered' : 'changed',
        severity: attack ? 'critical' : 'high',
        // Where nothing may change, or nothing may run, that it is there is no matter of opinion.
        confidence: !attack ? 'possible' : change.policy === 'churn' ? 'likely' : 'certain',
        title: titleOf(change.path, change.bodyBefore === null, first, rules),
        detail: text(
          `${distinct(rules.map(({ reason }) => reason.en)).join(' ')} ${advice.en} (${idsOf(rules)})`,
          `${distinct(rules.map(({ reason }) => reason.ja)).join('')}${advice.ja}（${idsOf(rules)}）`,
        ),
        references: fileReferences(change, index),
      } satisfies Draft,
    ];
  });
}

const byWeight = (a: SignRule, b: SignRule): number =>
  Number(b.weight === 'attack') - Number(a.weight === 'attack');
const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].slice(0, MOST);
const idsOf = (rules: readonly SignRule[]): string => [...new Set(rules.map(({ id }) => id))].join(', ');

function titleOf(path: string, isNew: boolean, { language }: Hit, rules: readonly SignRule[]): Text {
  const [file, code] = [fileWord(path), CODE_WORDS[language]];
  const en = distinct(rules.map(({ does }) => does.en));
  const ja = distinct(rules.map(({ does }) => does.ja));
  const last = en.at(-1) ?? '';
  const does = en.length < 2 ? last : `${en.slice(0, -1).join(', ')} and ${last}`;
  // 「Aするコード、Bするコード」 would repeat the noun: the clauses are listed before it instead.
  const doesJa = ja.length < 2 ? (ja[0] ?? '') : ja.map((one) => `「${one}」`).join('');
  return text(
    `${shown(path)}: ${file.en} that ${isNew ? 'holds' : 'now holds'} ${code.en} which ${does}.`,
    isNew
      ? `${shown(path)}：${doesJa}${code.ja}を含む${file.ja}が置かれました。`
      : `${shown(path)}：${file.ja}に、${doesJa}${code.ja}が加わりました。`,
  );
}
