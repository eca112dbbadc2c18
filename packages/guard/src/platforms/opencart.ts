import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const opencart: Platform = {
  id: 'opencart',
  name: 'OpenCart',
  marks: ['system/engine/registry.php', 'catalog/controller/checkout/checkout.php'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: 'image/',
      policy: 'no-exec',
      why: text(
        'Product images and their small versions; nothing here may run.',
        '商品画像とそのサムネイルです。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: 'system/storage/{vendor,modification}/',
      policy: 'sealed',
      why: text(
        'Libraries, and core files as extensions rewrite them: after a change of extensions, refresh, then seal.',
        'ライブラリーと、拡張機能が書き換えた本体のファイルです。拡張機能の変更後は更新してから封印してください。',
      ),
    },
    {
      glob: 'system/storage/{upload,download}/',
      policy: 'no-exec',
      why: text('Customers’ files and goods for download.', '利用者のファイルとダウンロード商品です。'),
    },
    {
      glob: 'system/storage/',
      policy: 'churn',
      why: text(
        'Cache, sessions, logs, backups. Code hidden here is not seen: move it out of the web root, as OpenCart advises.',
        'キャッシュ、セッション、ログ、バックアップです。ここに隠されたコードは検出できないため、OpenCart の推奨どおり公開ディレクトリーの外へ移してください。',
      ),
    },
    LOGS,
  ],
};
