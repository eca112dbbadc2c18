import { text } from '@komainu/model';
import { LOGS } from './common.ts';
import type { Platform, PlatformRule } from './platform.ts';

const RULES: readonly PlatformRule[] = [
  {
    glob: 'node_modules/.cache/',
    policy: 'churn',
    why: text('Caches of build tools.', 'ビルドツールのキャッシュです。'),
  },
  {
    glob: '**/.next/cache/',
    policy: 'churn',
    why: text(
      'Pages and images kept while the shop runs.',
      '動作中に保存されるページや画像のキャッシュです。',
    ),
  },
  {
    glob: 'static/email/test-emails/',
    policy: 'churn',
    why: text(
      'E-mails written to disk instead of being sent.',
      '送信の代わりにファイルへ書き出されたメールです。',
    ),
  },
  {
    glob: '{static/assets,assets-uploads,uploads,public/uploads}/',
    policy: 'no-exec',
    why: text(
      'Uploaded assets; nothing here may run, in a browser neither.',
      'アップロードされた素材です。サーバーでもブラウザーでも、実行されるものがあってはなりません。',
    ),
  },
  {
    glob: '**/*.{sqlite,sqlite3,db}{,-wal,-shm,-journal}',
    policy: 'churn',
    why: text(
      'A database in a file; its content is watched as a database is.',
      'ファイル形式のデータベースです。内容はデータベースとして見張ります。',
    ),
  },
  {
    glob: '{logs,tmp}/',
    policy: 'churn',
    why: text('Logs and working files.', 'ログと作業ファイルです。'),
  },
  LOGS,
];

export const vendure: Platform = {
  id: 'vendure',
  name: 'Vendure',
  marks: ['package.json', 'node_modules/@vendure/core/package.json'],
  rules: RULES,
};

export const node: Platform = {
  id: 'node',
  name: 'Node.js',
  marks: ['package.json'],
  rules: RULES,
};

export const medusa: Platform = {
  id: 'medusa',
  name: 'Medusa 2',
  marks: ['package.json', 'node_modules/@medusajs/medusa/package.json'],
  rules: [
    {
      glob: 'static/',
      policy: 'no-exec',
      why: text(
        'What the local file provider stores; nothing here may run, in a browser neither.',
        'ローカルに保存されたアップロードファイルです。サーバーでもブラウザーでも、実行されるものがあってはなりません。',
      ),
    },
    ...RULES,
  ],
};
