import { text } from '@komainu/model';
import { defineDetector } from '../define.ts';
import { draftsOf } from '../signs/say.ts';

export const hostileSetting = defineDetector({
  id: 'hostile-setting',
  title: text('Setting that lets a stranger’s file run', '不正なファイルの実行を許す設定'),
  why: text(
    'A few lines for the web server turn uploaded pictures into programs, or send some visitors elsewhere.',
    'Webサーバーの数行の設定で、アップロードした画像をプログラムとして動かしたり、一部の訪問者を別の場所へ送ったりできます。',
  ),
  requires: ['signs'],
  detect: ({ signs }) => draftsOf(signs, 'server-setting', ADVICE),
});

const ADVICE = text(
  'If nobody set this up, take the lines out and look for files that were uploaded to run.',
  '心当たりがなければ、その行を取り除き、実行するためにアップロードされたファイルを探してください。',
);
