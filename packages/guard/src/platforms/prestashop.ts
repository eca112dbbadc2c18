import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const prestashop: Platform = {
  id: 'prestashop',
  name: 'PrestaShop',
  marks: ['config/defines.inc.php', 'classes/controller/FrontController.php'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: '{img,upload,download}/**/index.php',
      policy: 'sealed',
      why: text(
        'PrestaShop puts the same small index.php into each of its directories: they are of the release.',
        '各ディレクトリーに標準で置かれる index.php です。リリースの一部として封印します。',
      ),
    },
    {
      glob: '{img,upload,download}/',
      policy: 'no-exec',
      why: text(
        'Product images, customers’ files, goods for download; nothing else here may run.',
        '商品画像、利用者のファイル、ダウンロード商品です。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: '{var,cache,log}/',
      policy: 'churn',
      why: text(
        'Cache and logs, PHP among it. Code hidden here is not seen: let the web server serve none of it.',
        'キャッシュとログです（PHPを含みます）。ここに隠されたコードは検出できないため、Webから見えないようにしてください。',
      ),
    },
    {
      glob: 'themes/*/assets/cache/',
      policy: 'churn',
      why: text(
        'Scripts and styles combined while pages are shown; what they are made from is sealed.',
        'ページの表示時に結合されるスクリプトとCSSです。元のファイルは封印の対象です。',
      ),
    },
    {
      glob: 'config/xml/',
      policy: 'churn',
      why: text('Lists fetched from the maker.', '開発元から取得される一覧です。'),
    },
    {
      glob: 'admin*/{autoupgrade,backups,export,import}/',
      policy: 'churn',
      why: text('Working files of the back office.', '管理画面の作業ファイルです。'),
    },
    {
      glob: '{sitemap,*_sitemap}.xml',
      policy: 'churn',
      why: text('Written by a scheduled job.', '定期処理で書き出されます。'),
    },
    LOGS,
  ],
};
