import { text } from '@komainu/model';
import { LOGS, pictures, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

export const eccube4: Platform = {
  id: 'eccube-4',
  name: 'EC-CUBE 4',
  marks: ['src/Eccube/Kernel.php', 'html'],
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
        'customize.js and customize.css run on every page and can be edited in the administration: seal anew after an edit.',
        '全ページで動く customize.js などは管理画面から編集できます。編集後は封印し直してください。',
      ),
    },
    {
      glob: 'app/template/',
      policy: 'sealed',
      why: text(
        "The shop's own templates, the payment steps among them; the administration writes here: seal anew after an edit.",
        '決済画面を含む独自テンプレートです。管理画面から編集した後は封印し直してください。',
      ),
    },
    {
      glob: 'app/PluginData/',
      policy: 'no-exec',
      why: text(
        'Data of plugins; their code is in app/Plugin.',
        'プラグインのデータです（コードは app/Plugin にあります）。',
      ),
    },
    {
      glob: 'var/',
      policy: 'churn',
      why: text(
        'Cache, sessions and logs, rewritten all the time. Code hidden here is not seen: the web server must not serve it.',
        'キャッシュ、セッション、ログです。ここに隠されたコードは検出できないため、Webから見えないようにしてください。',
      ),
    },
    {
      glob: '.maintenance',
      policy: 'churn',
      why: text(
        'Comes and goes with the maintenance mode.',
        'メンテナンスモードの切り替えで作成・削除されます。',
      ),
    },
    LOGS,
  ],
};
