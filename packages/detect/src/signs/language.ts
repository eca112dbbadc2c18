import { type RuleLanguage, type Text, text } from '@komainu/model';
import { namedAsImage } from '../files/image.ts';

const PHP_NAME = /\.(?:php\d?|phtml|phtm|pht|phps|phar|inc|module|ctp)(?:[.~]|$)/i;
const PHP_TAG = /<\?(?:php[\s(/]|=[\s$`"'(@a-z_\\][\x20-\x7e]{6})|<\?\s{1,8}[$@/a-z][\x20-\x7e]{10}/i;
const SCRIPT = /\.(?:[cm]?js|jsx|[cm]?ts|tsx)$/i;
const CONFIG =
  /(?:^|\/)(?:\.htaccess|\.user\.ini|php[^/]{0,20}\.ini|web\.config|(?:httpd|apache2|nginx|www|php-fpm)[^/]{0,20}\.conf)$|(?:^|\/)(?:pool|conf|php-fpm|nginx|apache2|httpd|sites-enabled|sites-available)(?:\.d)?\/[^/]+$/i;
const CRON =
  /(?:^|\/)(?:[^/]{0,40}crontabs?(?:\.[a-z]{1,10})?|cron\.(?:d|hourly|daily|weekly|monthly)\/[^/]+|crontabs?\/[^/]+|spool\/cron\/[^/]+)$/i;

/** As what a file is read: by its name, and by what stands in it, whatever the name says. `content` is latin1. */
export function languagesOf(path: string, content: string): readonly RuleLanguage[] {
  const found: RuleLanguage[] = [];
  if (PHP_TAG.test(content) || (PHP_NAME.test(path) && content.includes('<?'))) found.push('php');
  if (SCRIPT.test(path)) found.push('js');
  if (CONFIG.test(path)) found.push('config');
  if (CRON.test(path)) found.push('cron');
  if (/(?:^|\/)composer\.json$/i.test(path)) found.push('json');
  return found;
}

/** What code of a language is called. */
export const CODE_WORDS: Readonly<Record<RuleLanguage, Text>> = {
  php: text('PHP code', 'PHPのコード'),
  js: text('code', 'コード'),
  config: text('a setting', '設定'),
  cron: text('a scheduled command', '定期実行のコマンド'),
  json: text('an entry', '項目'),
};

/** What a file is called by its name. */
export function fileWord(path: string): Text {
  if (namedAsImage(path)) return text('a picture', '画像');
  if (PHP_NAME.test(path)) return text('a PHP file', 'PHPファイル');
  if (SCRIPT.test(path)) return text('a script', 'スクリプト');
  if (CRON.test(path)) return text('a table of scheduled commands', '定期実行（cron）の設定');
  if (CONFIG.test(path)) return text('a file of settings', '設定ファイル');
  return text('a file', 'ファイル');
}
