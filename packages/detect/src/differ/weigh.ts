import type { CardField, CardPart } from '@komainu/model';
import { explainerFor } from './explain.ts';
import type { Sent } from './sent.ts';

/** What a pair of values gives away of the two cards, as far as it can be told by reading them. */
export type Tells =
  | { readonly kind: 'part'; readonly part: CardPart }
  | { readonly kind: 'fields'; readonly fields: readonly CardField[] }
  | { readonly kind: 'unread' };

const TWO_VALUED = /^(?:true|false|yes|no|on|off|ok|y|n|t|f|[01]|valid|invalid|null|undefined|)$/i;
const WORDS = /^(?:[A-Z]?[a-z]{1,12}|[A-Z]{1,12})(?:[-_ ./:](?:[A-Z]?[a-z]{1,12}|[A-Z]{1,12})){0,4}$/;
const SMALL_NUMBER = /^-?\d{1,6}(?:\.\d{1,4})?$/;

/**
 * How hard it is for two values to stay the same in every visit of a card, and differ between the cards, by accident:
 * bits, estimated from what they are made of. A switch is one bit, a small number or a word few (both may be the
 * outcome of a race), ciphertext many.
 */
export function bitsOf(a: string, b: string): number {
  if (TWO_VALUED.test(a) && TWO_VALUED.test(b)) return 1;
  const small = (text: string): boolean => text.length <= 4 || SMALL_NUMBER.test(text) || WORDS.test(text);
  if (a.length < 40 && b.length < 40 && small(a) && small(b)) return 2;
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const core = Math.max(a.length, b.length) - head - tail;
  return Math.max(
    2,
    Math.min(core, 200) * perCharacter(a.slice(head, head + 200) + b.slice(head, head + 200)),
  );
}

const perCharacter = (text: string): number =>
  /^\d*$/.test(text) ? 3 : /^[0-9a-f]*$/i.test(text) ? 4 : /^[a-z ]*$/.test(text) ? 2.5 : 5;

/** Ciphertext, a hash, a random id, or something compressed: whatever it says, it cannot be read. */
export function isOpaque(text: string): boolean {
  if (text.length < 16 || /[ ,.;:/]{2}|\s[a-z]+\s/i.test(text.slice(0, 400))) return false;
  const sample = text.slice(0, 4096);
  const counts = new Map<string, number>();
  for (const character of sample) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / sample.length) * Math.log2(count / sample.length);
  // Sixteen different symbols cannot have more than four bits each: measured against what the length allows.
  return entropy > 0.72 * Math.min(Math.log2(sample.length), 6) && !WORDS.test(sample);
}

const NAMED: readonly (readonly [word: string, field: CardField])[] = [
  ['{{number}}', 'number'],
  ['{{expiry}}', 'expiry'],
  ['{{code}}', 'code'],
  ['{{holder}}', 'holder'],
];

/** Do both values say the same of their cards, once what they say is named? */
export function tells(a: string, b: string, from: Pick<Sent, 'card'>, to: Pick<Sent, 'card'>): Tells {
  if (a.length + b.length > 65536) return { kind: 'unread' };
  const [x, y] = [explainerFor(from.card).name(a), explainerFor(to.card).name(b)];
  if (x === y && x !== a) {
    const fields = NAMED.filter(([word]) => x.includes(word)).map(([, field]) => field);
    if (fields.length > 0) return { kind: 'fields', fields };
    if (x.includes('{{last four}}')) return { kind: 'part', part: 'last-four' };
  }
  const last = (card: Sent['card']): string => String(Number(card.number.slice(-4)));
  if (a.length > 2 && a === last(from.card) && b === last(to.card))
    return { kind: 'part', part: 'last-four' };
  return TWO_VALUED.test(a) && TWO_VALUED.test(b) ? { kind: 'part', part: 'length' } : { kind: 'unread' };
}
