import { text } from '@komainu/model';
import type { PlatformRule } from './platform.ts';

/** Before all others: an attacker's `.htaccess` makes pictures run, and a `.user.ini` prepends code to every page. */
export const SERVER_SETTINGS: PlatformRule = {
  glob: '**/{.htaccess,.user.ini}',
  policy: 'sealed',
  why: text(
    'They decide what the web server runs, also among uploads: every change is told.',
    'アップロード先も含め、Webサーバーが何を実行するかを決めるファイルです。変更はすべて知らせます。',
  ),
};

/** Pictures that staff put among code through the shop's administration. */
export const pictures = (directory: string): PlatformRule => ({
  glob: `${directory}/**/*.{jpg,jpeg,png,gif,webp}`,
  policy: 'no-exec',
  why: text(
    'Pictures that staff upload among templates; the scripts beside them stay sealed.',
    '担当者がテンプレートと同じ場所に置く画像です。並んで置かれるスクリプトは封印の対象です。',
  ),
});

export const LOGS: PlatformRule = {
  glob: '**/*.log',
  policy: 'churn',
  why: text('Logs grow all the time.', 'ログは常に書き足されます。'),
};

/** Only where the directory is there: it is also named among what is unusual. */
export const VERSION_CONTROL: PlatformRule = {
  glob: '{.git,.svn,.hg}/',
  policy: 'churn',
  why: text('Version control writes here at every update.', 'バージョン管理が更新のたびに書き込みます。'),
};
