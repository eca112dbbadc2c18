import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { draftsOf } from '../signs/say.ts';

export const scheduledCommand = defineDetector({
  id: 'scheduled-command',
  title: text('New scheduled command', '新しい定期実行コマンド'),
  why: text(
    'A scheduled command puts the back door or the skimmer back after every clean-up.',
    '定期実行のコマンドが、駆除のたびにバックドアやスキマーを元に戻します。',
  ),
  requires: ['signs'],
  detect: ({ signs }) => draftsOf(signs, 'scheduled', ADVICE),
});

const ADVICE = text(
  'If nobody set this up, disable it first and clean up afterwards.',
  '心当たりがなければ、まずこれを止め、その後で駆除してください。',
);
