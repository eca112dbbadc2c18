import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { draftsOf } from '../signs/say.ts';

export const plantedRun = defineDetector({
  id: 'planted-run',
  title: text('Code planted to run with every page', 'すべてのページで動くように仕込まれたコード'),
  why: text(
    'A setting, a list of classes or a must-use plug-in runs a stranger’s program with every page, with no core file altered.',
    '設定、クラスの一覧、必須プラグインなどから、本体のファイルを変えずに、すべてのページで不正なプログラムを動かす手口です。',
  ),
  requires: ['signs'],
  detect: ({ signs }) => draftsOf(signs, 'planted-run', ADVICE),
});

const ADVICE = text(
  'If nobody set this up, stop card payments and look into the file it loads.',
  '心当たりがなければ、カード決済を停止し、読み込まれるファイルを調べてください。',
);
