import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const shopware6: Platform = {
  id: 'shopware-6',
  name: 'Shopware 6',
  marks: ['bin/console', 'vendor/shopware/core/composer.json'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: 'public/{media,thumbnail}/',
      policy: 'no-exec',
      why: text(
        'Uploaded media and their small versions; nothing here may run.',
        'メディアとそのサムネイルです。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: 'files/',
      policy: 'no-exec',
      why: text(
        'Documents, imports and exports, outside of the web.',
        '帳票や入出力のファイルです（非公開）。',
      ),
    },
    {
      glob: 'public/{theme,bundles,js,css}/',
      policy: 'sealed',
      why: text(
        'Scripts every customer runs. Compiling the theme rewrites them: compile, then seal.',
        'すべての利用者のブラウザーで動くスクリプトです。テーマのコンパイルで書き換わるため、その後に封印してください。',
      ),
    },
    {
      glob: 'public/sitemap/',
      policy: 'churn',
      why: text('Written by the nightly job.', '定期処理で書き出されます。'),
    },
    {
      glob: 'var/',
      policy: 'churn',
      why: text(
        'Cache and logs, rewritten all the time. Code hidden here is not seen: the web server must serve public/ only.',
        'キャッシュとログです。ここに隠されたコードは検出できないため、公開は public/ だけにしてください。',
      ),
    },
    LOGS,
  ],
};
