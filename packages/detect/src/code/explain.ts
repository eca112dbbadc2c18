import { type Text, text } from '@komainu/model';
import type { Draft } from '../define.ts';
import { type CodeChange, compareCode } from './compare.ts';
import { amountOf, describe, describeNew, sentence } from './describe.ts';
import { compareUnderstood, type News, TAKING } from './understand/news.ts';
import { sayNews } from './understand/say.ts';
import type { Contents, TraitKind, Understanding } from './understand/types.ts';

/** A script as it is at hand: its bytes, and what they say when somebody understood them. */
export interface Version {
  readonly bytes: Uint8Array;
  readonly code: Understanding | undefined;
}

export interface Explained {
  readonly says: Text;
  readonly severity: Draft['severity'];
}

/**
 * What a change of code means, in a sentence, and how grave it looks. By structure where both versions were
 * understood, by text otherwise; never less grave than the text alone is, but for code that is the same.
 * @param known hosts the baseline knows
 */
export function explainChange(before: Version, after: Version, known: ReadonlySet<string>): Explained {
  const change = compareCode(before.bytes, after.bytes);
  const news = compareUnderstood(before.code, after.code);
  if (news === null) return { says: describe(change), severity: gravityOfText(change, known) };
  const renamed = news.same === 'code';
  const extra = renamed ? [] : unnamed(change, news);
  const says = sentence([
    ...amountOf(change),
    ...sayNews({ ...news, hosts: [...news.hosts, ...extra] }, false),
  ]);
  const severity = renamed ? 'low' : worst(gravityOfText(change, known), gravityOf(news, known));
  return { says: says ?? describe(change), severity };
}

/** What a script is that nobody has seen before. */
export function explainNew(after: Version): Explained {
  const change = compareCode(null, after.bytes);
  const news = compareUnderstood(null, after.code);
  const byText = change.hidden || change.signs.some(({ weight }) => weight === 'attack') ? 'high' : 'medium';
  if (news === null) return { says: describeNew(change), severity: byText };
  const says = [
    text(`${change.bytes.toLocaleString('en-US')} bytes`, `${change.bytes.toLocaleString('en-US')}バイト`),
    ...sayNews({ ...news, hosts: [...news.hosts, ...unnamed(change, news)] }, true),
  ];
  const takes = has(news, 'card') && (has(news, 'send') || has(news, 'channel') || has(news, 'load'));
  return {
    says: text(
      `What it is: ${says.map(({ en }) => en).join('; ')}.`,
      `内容：${says.map(({ ja }) => ja).join('、')}。`,
    ),
    severity: byText === 'high' || attacks(news) || takes ? 'high' : 'medium',
  };
}

/** Hosts only the text shows: in comments, in what was not parsed. */
const unnamed = (change: CodeChange, { hosts }: News): readonly string[] =>
  change.hosts.filter((host) => !hosts.includes(host));

const has = (news: News, kind: TraitKind): boolean =>
  [...news.traits, ...(news.revealed?.traits ?? [])].some((trait) => trait.kind === kind);

const ATTACK: readonly TraitKind[] = ['run', 'hook', 'evade', 'cipher'];
/** Hardly ever new in honest code of a payment page. */
const attacks = (news: News): boolean =>
  news.disguised ||
  news.revealed !== null ||
  (news.unread !== null && news.unread !== 'syntax' && news.unread !== 'size') ||
  ATTACK.some((kind) => has(news, kind));

function gravityOf(news: News, known: ReadonlySet<string>): Draft['severity'] {
  const foreign = ({ hosts }: Contents) => hosts.some((host) => !known.has(host));
  const strangers = foreign(news) || (news.revealed !== null && foreign(news.revealed));
  const attack = attacks(news);
  const card = has(news, 'card');
  if ((strangers && (card || attack)) || (card && attack)) return 'critical';
  const more = news.traits.length > 0 || news.more.some(({ kind }) => TAKING.has(kind));
  return strangers || attack || card || more ? 'high' : 'medium';
}

function gravityOfText(change: CodeChange, known: ReadonlySet<string>): Draft['severity'] {
  const strangers = change.hosts.some((host) => !known.has(host));
  const attack = change.hidden || change.signs.some((sign) => sign.weight === 'attack');
  const card = change.signs.some((sign) => sign.id === 'reads-card');
  if ((strangers && (card || attack)) || (card && attack)) return 'critical';
  return strangers || attack || card || change.signs.length > 0 ? 'high' : 'medium';
}

const ORDER = ['low', 'medium', 'high', 'critical'] as const;
const worst = (a: Draft['severity'], b: Draft['severity']): Draft['severity'] =>
  ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;

/** Nothing but names and white space differ; false when that is not known. */
export const isSameCode = (before: Understanding | undefined, after: Understanding | undefined): boolean =>
  before?.kind === 'parsed' && after?.kind === 'parsed' && before.literal === after.literal;
