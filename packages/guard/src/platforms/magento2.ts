import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const magento2: Platform = {
  id: 'magento-2',
  name: 'Magento 2 / Adobe Commerce',
  marks: ['bin/magento', 'app/etc/di.xml'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: 'pub/media/',
      policy: 'no-exec',
      why: text(
        'Product images and what customers upload, the first place for a web shell: nothing here may run.',
        '商品画像や利用者のアップロード先で、不正なプログラムがまず置かれる場所です。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: 'pub/static/_cache/',
      policy: 'churn',
      why: text(
        'Scripts and styles merged while pages are shown. Checkout scripts may be among them: merge when you deploy, then seal it.',
        'ページの表示時に結合されるスクリプトとCSSです。決済画面のものも含まれ得るため、できればデプロイ時に生成して封印してください。',
      ),
    },
    {
      glob: '{pub/static,generated}/',
      policy: 'sealed',
      why: text(
        'Made once by a deploy in production mode: setup:di:compile and setup:static-content:deploy come before sealing.',
        '本番モードではデプロイ時に一度だけ生成されます。setup:di:compile と setup:static-content:deploy の後に封印してください。',
      ),
    },
    {
      glob: 'var/',
      policy: 'churn',
      why: text(
        'Cache, sessions, logs, exports. Code hidden here is not seen: the web server must serve pub/ only.',
        'キャッシュ、セッション、ログ、出力ファイルです。ここに隠されたコードは検出できないため、公開は pub/ だけにしてください。',
      ),
    },
    {
      glob: 'pub/{sitemap*.xml,sitemap/**}',
      policy: 'churn',
      why: text('Written by the nightly job.', '定期処理で書き出されます。'),
    },
    LOGS,
  ],
};
