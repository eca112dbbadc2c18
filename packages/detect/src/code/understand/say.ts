import { type Text, text } from '@komainu/model';
import { listed } from '../../show.ts';
import { type News, TAKING } from './news.ts';
import { TRAITS } from './traits.ts';
import type { Contents, Trait, TraitKind } from './types.ts';

/** Completes "it …"; in the order in which they are told. */
const KINDS: readonly (readonly [TraitKind, Text])[] = [
  ['card', text('names card fields', 'カードの入力欄を扱う')],
  ['read', text('reads what is typed', '入力内容を読み取る')],
  ['send', text('sends data', 'データを送信する')],
  ['channel', text('opens a lasting connection', '常時接続を開く')],
  ['load', text('loads further code', '別のコードを読み込む')],
  ['run', text('builds code from text and runs it', '文字列からコードを作って実行する')],
  ['hook', text('replaces functions of the browser', 'ブラウザの機能を差し替える')],
  ['frame', text('puts a frame or form into the page', 'ページにフレームやフォームを差し込む')],
  ['page', text('rewrites parts of the page', 'ページの一部を書き換える')],
  ['pass', text('hands data to other windows', '別のウィンドウへデータを渡す')],
  ['store', text('keeps data in the browser', 'ブラウザにデータを保存する')],
  ['cipher', text('encrypts or scrambles data', 'データを暗号化またはかく乱する')],
  ['encode', text('turns data into other characters', 'データを別の文字列に変換する')],
  ['trigger', text('acts only where it chooses to', '特定の場面でだけ動作する')],
  ['evade', text('looks whether it is watched', '監視されていないかを調べる')],
];
const NAMES = new Map(TRAITS.map((row) => [row.id, row.name]));
const MAX_EVENTS = 6;

/** Clauses that complete "it …", one per kind of thing, and the hosts. Empty when there is nothing to say. */
function clausesOf({ traits, hosts, targets }: Contents): readonly Text[] {
  const of = (kind: TraitKind) => traits.filter((trait) => trait.kind === kind);
  const reads = of('read');
  const cards = of('card');
  const clauses: Text[] = [];
  for (const [kind, does] of KINDS) {
    if (kind === 'card' && reads.length > 0) continue;
    const found = of(kind);
    if (found.length === 0) continue;
    const said =
      kind === 'read' && cards.length > 0
        ? text('reads card fields', 'カードの入力欄を読み取る')
        : kind === 'send' && targets.length > 0
          ? text(`sends data to ${listed(targets, 'en')}`, `${listed(targets, 'ja')} へデータを送信する`)
          : does;
    clauses.push(text(`${said.en}${inBrackets(found, 'en')}`, `${said.ja}${inBrackets(found, 'ja')}`));
  }
  const sent = of('send').length > 0 ? new Set(targets) : new Set<string>();
  const named = hosts.filter((host) => !sent.has(host));
  if (named.length > 0)
    clauses.push(text(`names ${listed(named, 'en')}`, `${listed(named, 'ja')} の名前を含む`));
  return clauses;
}

function inBrackets(traits: readonly Trait[], language: 'en' | 'ja'): string {
  const names = [
    ...new Set(
      traits.map(({ id, what }) => (id === 'hook' ? (what ?? '') : (NAMES.get(id)?.[language] ?? id))),
    ),
  ];
  return language === 'en' ? ` (${listed(names, 'en', 6)})` : `（${listed(names, 'ja', 6)}）`;
}

/** "2 new listeners (keyup, submit)"; null when there is none. */
function listenersOf(traits: readonly Trait[], isNew: boolean): Text | null {
  const events = traits.filter(({ kind }) => kind === 'listen');
  const count = events.reduce((sum, trait) => sum + trait.count, 0);
  if (count === 0) return null;
  const names = events.map(({ what }) => what ?? '*');
  return text(
    `${count} ${isNew ? 'new ' : ''}${count === 1 ? 'listener' : 'listeners'} (${listed(names, 'en', MAX_EVENTS)})`,
    `${isNew ? '新たに' : ''}${count}件のイベントを監視（${listed(names, 'ja', MAX_EVENTS)}）`,
  );
}

const UNREAD: Readonly<Record<NonNullable<News['unread']>, Text>> = {
  syntax: text(
    'it does not parse as JavaScript and was read word by word',
    'JavaScriptとして解析できないため、字句単位で調べました',
  ),
  size: text(
    'it is too large to be parsed and was read word by word',
    '大きすぎて解析できないため、字句単位で調べました',
  ),
  time: text(
    'reading it took longer than any honest script of its size does',
    '解析に、この大きさの通常のスクリプトではかからない時間がかかりました',
  ),
  memory: text(
    'reading it took more memory than any honest script of its size does',
    '解析に、この大きさの通常のスクリプトでは使わない量のメモリが必要でした',
  ),
  failed: text('it could not be read', '解析できませんでした'),
};

/** What is new in a script, in clauses: "it now also …", listeners, disguise. Empty when nothing is known to be new. */
export function sayNews(news: News, isNew: boolean): readonly Text[] {
  if (news.same === 'code')
    return [
      text('the same code, minified or renamed anew', '同じコードを圧縮し直したか、変数名を変えただけです'),
    ];
  const said: Text[] = [];
  if (news.same === 'shape')
    said.push(
      text(
        'it is built as before; only texts, numbers or names of properties differ',
        '構造は同じで、文字列、数値またはプロパティ名だけが変わっています',
      ),
    );
  const clauses = clausesOf(news);
  if (clauses.length > 0)
    said.push(
      isNew
        ? text(enumerated(clauses), clauses.map(({ ja }) => ja).join('、'))
        : text(
            `it now also ${enumerated(clauses)}`,
            `新たに次の動作が加わっています：${clauses.map(({ ja }) => ja).join('、')}`,
          ),
    );
  const listeners = listenersOf([...news.traits, ...news.more], !isNew);
  if (listeners !== null) said.push(listeners);
  const more = news.more.filter(({ kind }) => TAKING.has(kind));
  if (more.length > 0)
    said.push(
      text(
        `more of: ${listed(
          more.map(({ id, count }) => `${NAMES.get(id)?.en ?? id} +${count}`),
          'en',
        )}`,
        `使用箇所の増加：${listed(
          more.map(({ id, count }) => `${NAMES.get(id)?.ja ?? id} +${count}`),
          'ja',
        )}`,
      ),
    );
  if (news.disguised)
    said.push(
      text(
        'it hides what it does, as attackers and few others do',
        '攻撃者がよく使う方法で処理内容を隠しています',
      ),
    );
  const bare = news.revealed === null ? [] : clausesOf(news.revealed);
  if (bare.length > 0)
    said.push(
      text(
        `after deobfuscation it also ${enumerated(bare)}`,
        `難読化を解除すると、さらに次の動作が見つかりました：${bare.map(({ ja }) => ja).join('、')}`,
      ),
    );
  const heard = news.revealed === null ? null : listenersOf(news.revealed.traits, false);
  if (heard !== null && bare.length > 0) said.push(heard);
  if (news.unread !== null) said.push(UNREAD[news.unread]);
  return said;
}

function enumerated(clauses: readonly Text[]): string {
  const words = clauses.map(({ en }) => en);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
