import { text } from '@komainu/model';
import { LOGS, pictures, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const eccube2: Platform = {
  id: 'eccube-2',
  name: 'EC-CUBE 2',
  marks: ['data/class/SC_Query.php', 'html'],
  rules: [
    SERVER_SETTINGS,
    {
      glob: 'html/upload/',
      policy: 'no-exec',
      why: text(
        'Uploaded product images; nothing here may run.',
        '商品画像などのアップロード先です。実行されるものがあってはなりません。',
      ),
    },
    pictures('html/user_data'),
    {
      glob: 'html/user_data/',
      policy: 'sealed',
      why: text(
        'Pages, styles and scripts that the administration edits: seal anew after an edit.',
        '管理画面から編集できるページ、CSS、スクリプトです。編集後は封印し直してください。',
      ),
    },
    {
      glob: 'data/Smarty/templates_c/',
      policy: 'churn',
      why: text(
        'Templates as compiled to PHP. Code hidden here is not seen by its bytes; the templates it comes from are sealed.',
        'テンプレートから自動生成されるPHPです。ここに隠されたコードは内容から検出できません（元のテンプレートは封印の対象です）。',
      ),
    },
    {
      glob: 'data/cache/',
      policy: 'churn',
      why: text(
        'Settings as PHP, rewritten by the administration.',
        '管理画面の設定から書き出されるPHPです。',
      ),
    },
    {
      glob: 'data/{logs,session,sessions}/',
      policy: 'churn',
      why: text('Logs and sessions are written all the time.', 'ログとセッションは常に書き込まれます。'),
    },
    {
      glob: 'data/{upload,downloads/tmp,downloads/plugin_temp}/',
      policy: 'no-exec',
      why: text(
        'Files taken in by the administration; the installed modules beside them stay sealed.',
        '管理画面で取り込むファイルです。導入済みのモジュールは封印の対象です。',
      ),
    },
    LOGS,
  ],
};
