import { type Text, text } from '@komainu/model';

/** Something about a path that a person should look at before sealing it. */
export interface Sign {
  readonly why: Text;
  readonly pattern: RegExp;
  /** Must match. */
  readonly example: string;
}

/** Names a web server runs, or is told by what to run. Apache runs `x.php.jpg` where AddHandler names `.php`. */
export const EXECUTABLE_NAMES: readonly Sign[] = [
  {
    why: text('PHP, by its name', '名前がPHPのファイル'),
    pattern: /\.(?:php\d?|phtm|phtml|pht|phps|phar)(?:[.~\s]|$)/i,
    example: 'a/shell.pHp5.jpg',
  },
  {
    why: text('settings of the web server', 'Webサーバーの設定'),
    pattern: /(?:^|\/)(?:\.ht[a-z]+|\.user\.ini|php\.ini|web\.config)$/i,
    example: 'up/.user.ini',
  },
  {
    why: text('a program or a script of the server', 'サーバーで動くプログラム'),
    pattern: /\.(?:cgi|fcgi|pl|py|rb|sh|jspx?|aspx?|ashx|cfm|shtml|exe|dll|so)$/i,
    example: 'up/x.cgi',
  },
];

/** In a file of uploads, whatever its name. Texts are latin1. */
export const CODE_WITHIN: Sign = {
  why: text('PHP code inside', 'PHPのコードを含むファイル'),
  pattern: /<\?php[\s(/]|<\?=[\s$`"'(a-z_\\][\x20-\x7e]{8}|__HALT_COMPILER\s*\(/i,
  example: 'GIF89a<?php system($_GET[0]);',
};

/** What does not belong into a web root at all. */
export const LEFT_BEHIND: readonly Sign[] = [
  {
    why: text(
      'a database dump or a backup, to be fetched by anybody',
      '誰でも取得できるおそれのあるデータベースの出力やバックアップ',
    ),
    pattern:
      /\.(?:sql|dump|bak|old|orig|swp)(?:\.(?:gz|zip|bz2|xz|zst))?$|(?:^|\/)(?:backup|www|html|site|public_html)[^/]*\.(?:zip|tar|tgz|gz|7z|rar)$/i,
    example: 'shop.sql.gz',
  },
  {
    why: text('a tool that opens the shop to whoever finds it', '見つけた人が誰でも使えてしまう管理用ツール'),
    pattern: /(?:^|\/)(?:adminer[^/]*|phpinfo|info|filemanager|c99|r57|wso)\.php$/i,
    example: 'tools/adminer-4.8.1.php',
  },
  {
    why: text(
      'version control: the whole source, and hooks that run',
      'バージョン管理のディレクトリー（全ソースと、実行されるフックを含む）',
    ),
    pattern: /(?:^|\/)\.(?:git|svn|hg)$/,
    example: 'theme/.git',
  },
  {
    why: text('the installer is still there', 'インストーラーが残っています'),
    pattern: /^(?:install|html\/install)\/index\.php$/,
    example: 'html/install/index.php',
  },
];
