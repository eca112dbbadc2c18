import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { fileReferences } from '../files/references.ts';
import { shown } from '../show.ts';

export const ownRule = defineDetector({
  id: 'own-rule',
  title: text('Hit of a rule of your own', '独自ルールの検出'),
  why: text(
    'Your own YARA rules know what has been seen at your shop, or what your investigators look for.',
    '独自のYARAルールには、自社で見つかったものや、調査担当者が探しているものが書かれています。',
  ),
  requires: ['ownHits'],
  detect: ({ ownHits }) =>
    ownHits.map(({ change, index, rule, grave }) => ({
      subject: `${rule} ${change.path}`,
      grade: grave ? 'tampered' : 'changed',
      severity: grave ? 'critical' : 'high',
      confidence: 'likely',
      title: text(
        `${shown(change.path)}: your rule ${shown(rule)} finds something in it.`,
        `${shown(change.path)}：独自ルール ${shown(rule)} に該当しました。`,
      ),
      detail: text(
        'What it means is written where the rule is. Look at the file, and keep it as it is.',
        '意味はルールの記述を確認してください。ファイルは現状のまま保全し、内容を調べてください。',
      ),
      references: fileReferences(change, index),
    })),
});
