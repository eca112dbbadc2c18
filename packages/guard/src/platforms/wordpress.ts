import { text } from '@komainu/model';
import { LOGS, SERVER_SETTINGS } from './common.ts';
import type { Platform, PlatformRule } from './platform.ts';

const RULES: readonly PlatformRule[] = [
  SERVER_SETTINGS,
  {
    glob: 'wp-content/uploads/{wc-logs,*-logs}/',
    policy: 'churn',
    why: text('Logs of WooCommerce and of plugins.', 'WooCommerce やプラグインのログです。'),
  },
  {
    glob: 'wp-content/uploads/',
    policy: 'no-exec',
    why: text(
      'The media library; nothing here may run.',
      'メディアライブラリです。実行されるものがあってはなりません。',
    ),
  },
  {
    glob: 'wp-content/{cache,wflogs,et-cache,litespeed,upgrade,upgrade-temp-backup}/',
    policy: 'churn',
    why: text(
      'Caches and what updates leave behind, PHP among it. Code hidden here is not seen: let the web server run none of it.',
      'キャッシュや更新の一時ファイルです（PHPを含みます）。ここに隠されたコードは検出できないため、実行を禁止してください。',
    ),
  },
  {
    glob: 'wp-content/{plugins,themes,mu-plugins}/',
    policy: 'sealed',
    why: text(
      'Gateways, checkout templates and all other code. Automatic updates are alarms: update, then seal.',
      '決済ゲートウェイや決済画面のテンプレートなどのコードです。自動更新は警報になるため、更新してから封印してください。',
    ),
  },
  {
    glob: '.maintenance',
    policy: 'churn',
    why: text('Comes and goes with an update.', '更新中だけ作成されます。'),
  },
  LOGS,
];

export const woocommerce: Platform = {
  id: 'woocommerce',
  name: 'WooCommerce (WordPress)',
  marks: ['wp-includes/version.php', 'wp-content/plugins/woocommerce/woocommerce.php'],
  rules: RULES,
};

export const wordpress: Platform = {
  id: 'wordpress',
  name: 'WordPress',
  marks: ['wp-includes/version.php'],
  rules: RULES,
};
