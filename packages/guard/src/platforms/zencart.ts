import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const zencart: Platform = {
  id: 'zencart',
  name: 'Zen Cart',
  marks: ['includes/version.php', 'includes/modules/checkout_process.php'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: 'images/',
      policy: 'no-exec',
      why: text(
        'Product images and what customers upload; nothing here may run.',
        '商品画像と利用者のアップロード先です。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: '{download,media,pub}/',
      policy: 'no-exec',
      why: text(
        'Goods for download, and the links that lead to them.',
        'ダウンロード商品と、そこへのリンクです。',
      ),
    },
    {
      glob: '{cache,logs}/',
      policy: 'churn',
      why: text(
        'Cache and logs. Code hidden here is not seen: let the web server serve none of it.',
        'キャッシュとログです。ここに隠されたコードは検出できないため、Webから見えないようにしてください。',
      ),
    },
    LOGS,
  ],
};
