import { type Text, text } from '@komainu/model';

/** Why a file would run, and where. */
export interface Executable {
  readonly why: Text;
  /** `server`: runs with the shop's rights. `browser`: runs in the customer's, from the shop's own origin. */
  readonly where: 'server' | 'browser';
}

interface Rule extends Executable {
  readonly pattern: RegExp;
  /** Must match. */
  readonly example: string;
}

const onServer = text('the web server would run it', 'Webサーバーが実行する種類のファイルです');
const inBrowser = text('customers’ browsers would run it', '利用者のブラウザーが実行する種類のファイルです');
const configures = text(
  'it changes how the web server treats the folder',
  'そのフォルダーに対するWebサーバーの動作を変えるファイルです',
);

/** By name. Apache runs `x.php.jpg` when its handler is set by AddHandler, so every part of the name counts. */
export const NAME_RULES: readonly Rule[] = [
  {
    why: configures,
    where: 'server',
    pattern: /(?:^|\/)(?:\.ht[a-z]+|\.user\.ini|php\.ini|web\.config)$/i,
    example: 'img/.htaccess',
  },
  {
    why: onServer,
    where: 'server',
    pattern: /\.(?:php\d?|phtm|phtml|pht|phpt|phps|phar|hphp|ctp|pgif)(?:[.~\s]|\\x00|$)/i,
    example: 'a/shell.PHP.jpg',
  },
  {
    why: onServer,
    where: 'server',
    pattern: /\.(?:cgi|fcgi|pl|py|rb|sh|bash|jspx?|aspx?|ashx|asmx|cfm|shtml|stm|exe|dll|so|inc|cjs)$/i,
    example: 'a/b.cgi',
  },
  {
    why: inBrowser,
    where: 'browser',
    pattern: /\.(?:m?js|html?|xhtml?|xht|swf|hta|wasm)$/i,
    example: 'a/b.js',
  },
];

/** Script elements are read where a browser may take the file for a page or a picture; a PDF or a table of products is only saved. */
const SHOWN =
  /(?:^|\/)[^./]*$|\.(?:svgz?|xml|xslt?|txt|tpl|twig|css|vue|png|jpe?g|jfif|gif|webp|bmp|ico|avif|tiff?)$/i;

/** By content, whatever the name says. Texts are latin1; a binary file matches by chance less than once in 10,000 files of 5 MB. */
export const CONTENT_RULES: readonly Rule[] = [
  {
    why: text('it holds PHP code', 'PHPのコードが含まれています'),
    where: 'server',
    pattern:
      /<\?php[\s(/]|<\?=[\s$`"'(@a-z_\\][\x20-\x7e]{8}|<\?\s{1,8}(?:@?\w{4,20}\s?\(|\$\w{1,20}\s?[=([])|<script\s{1,8}language\s{0,8}=\s{0,8}["']?php|__HALT_COMPILER\s*\(/i,
    example: 'GIF89a<?php system($_GET[0]);',
  },
  {
    why: text('it holds server page code', 'サーバーで動くコードが含まれています'),
    where: 'server',
    pattern: /<%@?\s*(?:page|import|language|eval|execute|response)\b/i,
    example: '<%@ page import="x"',
  },
  {
    why: text('it is a script for a command interpreter', 'コマンドとして実行されるスクリプトです'),
    where: 'server',
    pattern: /^(?:\xef\xbb\xbf)?#![ \t]*\/[\x20-\x7e]{2}/,
    example: '#!/bin/sh',
  },
  {
    why: text('it is a program', '実行プログラムです'),
    where: 'server',
    pattern: /^\x7fELF|^MZ[^]{58,126}PE\0\0|^MZ[^]{1,512}DOS mode/,
    example: '\x7fELF\x02',
  },
];

/** Also by content, of files that are {@link SHOWN}. */
const SCRIPT_RULE: Rule = {
  why: text('it holds script for browsers', 'ブラウザーで動くスクリプトが含まれています'),
  where: 'browser',
  pattern: /<script[\s>/]/i,
  example: '<svg><script>',
};

/** Script in an SVG needs no script element. */
const SVG_RULE: Rule = {
  why: text('it is an image that runs script', 'スクリプトを実行する画像です'),
  where: 'browser',
  pattern: /[\s"']on[a-z]{3,20}\s?=|=\s?["']?\s{0,8}javascript:|<foreignobject/i,
  example: '<svg onload=alert(1)>',
};

export const executableByName = (path: string): Executable | null =>
  NAME_RULES.find((rule) => rule.pattern.test(path)) ?? null;

export function executableByContent(path: string, bytes: Uint8Array): Executable | null {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const found = CONTENT_RULES.find((rule) => rule.pattern.test(content));
  if (found !== undefined) return found;
  if (SHOWN.test(path) && SCRIPT_RULE.pattern.test(content)) return SCRIPT_RULE;
  return /\.svgz?$/i.test(path) && SVG_RULE.pattern.test(content) ? SVG_RULE : null;
}

/** Files that hold code, templates or configuration of a payment application: the ones a skimmer is written into. */
const CODE =
  /(?:\.(?:php\d?|phtml|phar|inc|m?js|cjs|jsx|m?ts|cts|tsx|vue|svelte|html?|xhtml|twig|tpl|blade|ejs|hbs|liquid|mustache|pug|css|json|ya?ml|xml|ini|conf|env|sh|py|rb|pl|cgi|jsp|aspx?|sql|wasm)|\/?\.(?:htaccess|user\.ini|env))$/i;
export const isCode = (path: string): boolean => CODE.test(path);
