import { type Text, text } from '@komainu/model';
import { decodeEntities } from './decode.ts';
import { type Tag, tagsIn } from './tags.ts';

/** Something in a text that a browser, the shop or its mails would run or follow by itself. */
export interface CodeSign {
  readonly kind: 'script' | 'handler' | 'address' | 'refresh' | 'frame' | 'php' | 'object' | 'template';
  /** The same sign in another text has the same key. Untrusted. */
  readonly key: string;
  /** Completes "It holds …". What is untrusted in it comes from {@link CodeSign.detail}. */
  readonly what: Text;
  /** The element's address, the handler's code, a class: untrusted, for the sentence. */
  readonly detail: string;
}

const WHAT: Readonly<Record<CodeSign['kind'], Text>> = {
  script: text('a script', 'スクリプト'),
  handler: text('a script in an attribute of an element', '要素の属性に書かれたスクリプト'),
  address: text('an address that runs as script', 'スクリプトとして動くアドレス'),
  refresh: text('an instruction that leads visitors to another page', '閲覧者を別のページへ移す指示'),
  frame: text('a frame with a page from elsewhere', '外部のページを表示する枠（フレーム）'),
  php: text('PHP code', 'PHPのコード'),
  object: text('a serialized PHP object', 'シリアライズされたPHPオブジェクト'),
  template: text('an instruction for a template', 'テンプレートへの命令'),
};

const sign = (kind: CodeSign['kind'], detail: string): CodeSign => ({
  kind,
  key: `${kind} ${detail}`,
  what: WHAT[kind],
  detail,
});

/** Data for search engines and templates for scripts: never run. */
const NOT_RUN = /^\s*(?:application\/(?:ld\+)?json|text\/(?:template|x-template|html|plain))\b/i;
const FRAMES: Readonly<Record<string, string>> = {
  iframe: 'src',
  frame: 'src',
  embed: 'src',
  object: 'data',
  portal: 'src',
  fencedframe: 'src',
};
const ADDRESSES = new Set(
  'href src action formaction xlink:href data poster background to from values code content'.split(' '),
);
// Browsers pass over white space and control characters in a scheme.
// oxlint-disable-next-line no-control-regex
const PASSED_OVER = /[\u0000-\u0020\u00ad\u200b-\u200f\ufeff]/g;
const RUNS =
  /(?:^|[;,=])(?:javascript|vbscript|livescript):|^data:(?:text\/html|image\/svg\+xml|application\/x?html)/i;
const PHP = /<\?(?:php\b|=)[^?]{0,80}|<%[@=!][^%]{0,80}/gi;
const OBJECT = /(?:^|[;{])[OC]:\+?\d{1,6}:"([^"]{1,200})"/g;
const TEMPLATE = /\{\{[^{}]{1,200}\}\}|\{%[^{}%]{1,200}%\}|\$\{[^{}]{1,200}\}/g;

/** Texts beyond are not looked at; the caller says so. */
export const MAX_TEXT = 1 << 20;
const MAX_SIGNS = 500;

/** What would run in a text as it stands, each once. In time linear to the text. */
export function signsIn(untrusted: string): readonly CodeSign[] {
  const signs = new Map<string, CodeSign>();
  const add = (one: CodeSign) => {
    if (signs.size < MAX_SIGNS) signs.set(one.key, one);
  };
  for (const tag of tagsIn(untrusted)) for (const one of ofTag(tag, untrusted)) add(one);
  for (const [code] of untrusted.matchAll(PHP)) add(sign('php', code));
  for (const [, name = ''] of untrusted.matchAll(OBJECT)) add(sign('object', name));
  return [...signs.values()];
}

/** Also what a template engine would run: in a field that visitors fill in. */
export const visitorSignsIn = (untrusted: string): readonly CodeSign[] => [
  ...signsIn(untrusted),
  ...(untrusted.match(TEMPLATE) ?? []).slice(0, 5).map((found) => sign('template', found)),
  ...(RUNS.test(untrusted.replace(PASSED_OVER, '')) ? [sign('address', untrusted)] : []),
  ...(BREAKS_OUT.test(untrusted) ? [sign('handler', untrusted)] : []),
];

/** Closes the attribute it was printed into, and opens one that runs. */
const BREAKS_OUT = /["'`][^"'`<>]{0,200}[\s"'/]on[a-z]{3,24}\s{0,8}=/i;

function* ofTag({ name, attributes, end }: Tag, untrusted: string): Generator<CodeSign> {
  const of = (attribute: string) => attributes.find(([own]) => own === attribute)?.[1] ?? '';
  if (name === 'script' && !NOT_RUN.test(of('type'))) {
    const source = clean(of('src') || of('href') || of('xlink:href'));
    yield sign('script', source === '' ? inline(untrusted, end) : source);
  }
  if (name === 'meta' && /refresh/i.test(of('http-equiv'))) yield sign('refresh', clean(of('content')));
  if (name === 'base' && of('href') !== '') yield sign('refresh', clean(of('href')));
  const frame = FRAMES[name];
  if (frame !== undefined && Object.hasOwn(FRAMES, name)) yield sign('frame', clean(of(frame)));
  for (const [attribute, value] of attributes) {
    if (/^on[a-z]{3,24}$/.test(attribute) && value.trim() !== '')
      yield sign('handler', `${attribute}=${value}`);
    if (attribute === 'srcdoc') yield sign('script', decodeEntities(value));
    if (ADDRESSES.has(attribute) && RUNS.test(decodeEntities(value).replace(PASSED_OVER, '')))
      yield sign('address', clean(value));
  }
}

/** Values stand in JSON and in PHP arrays too, with backslashes of their own. */
const clean = (value: string): string =>
  decodeEntities(value)
    .replaceAll(/[\\"']/g, '')
    .trim();

function inline(untrusted: string, from: number): string {
  const end = untrusted.slice(from, from + MAX_INLINE).search(/<\\?\/script/i);
  return untrusted.slice(from, end < 0 ? from + MAX_INLINE : from + end).trim();
}
const MAX_INLINE = 64 * 1024;
