import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform } from './platform.ts';

/** What is left when nothing is recognised: names that mean the same almost everywhere. */
export const plain: Platform = {
  id: 'plain',
  name: 'a web root',
  marks: [],
  rules: [
    SERVER_SETTINGS,
    {
      glob: '**/{upload,uploads,user_upload,user_uploads}/',
      policy: 'no-exec',
      why: text(
        'Uploads, by the name of it; nothing here may run.',
        '名前からアップロード先と判断しました。実行されるものがあってはなりません。',
      ),
    },
    {
      glob: '**/{cache,tmp,temp,logs,log,sessions}/',
      policy: 'churn',
      why: text(
        'Caches and logs, by the name of it. Code hidden here is not seen: strike the line where it holds code.',
        '名前からキャッシュやログと判断しました。ここに隠されたコードは検出できません。コードがある場合はこの行を削除してください。',
      ),
    },
    LOGS,
  ],
};
