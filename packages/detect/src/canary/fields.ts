import type { Canary, CardField } from '@komainu/model';
import { ofString, reversed, toBuffer } from './bytes.ts';

/** How many characters may stand between the number and a value that travels with it. */
const NEAR = 64;
const HINTS = {
  code: 'cvc|cvv|cvn|csc|cid|card_?-?code|security|verification|vcode|seccode|pin',
  month: 'month|mm|exp_?m|kigen_?m',
  year: 'year|yy|exp_?y|kigen_?y',
  expiry: 'exp|valid|kigen|mmyy|yymm|date',
} as const;

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const any = (texts: readonly string[]): string => `(?:${[...new Set(texts)].map(escape).join('|')})`;

/** A value as it may be written beside a number that was found: plain, backwards, base64, hexadecimal. */
const written = (value: string): readonly string[] => {
  const bytes = toBuffer(value);
  const base64 = bytes.toString('base64');
  return [
    value,
    reversed(value),
    base64.replace(/=+$/, ''),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
};

/**
 * Finds which other card fields travel in a message in which the number was found.
 *
 * Three or four digits are everywhere (a width, a price, a count), so a code or an expiry counts only under a name
 * that says so or right beside the number; alone they are never found.
 */
export function companions(card: Canary['card']): (views: readonly string[]) => readonly CardField[] {
  const [month = '', year = ''] = card.expiry.split('/');
  const dates = ['', '/', '-', ' ', '%2F', '.'].flatMap((s) => [
    `${month}${s}${year}`,
    `${month}${s}20${year}`,
    `20${year}${s}${month}`,
    `${year}${s}${month}`,
  ]);
  const named = (hint: string, value: string) =>
    new RegExp(`(?:${hint})[a-z_\\-\\]\\[]{0,16}[^0-9a-z]{1,12}${value}(?![0-9a-z])`, 'i');
  const beside = (value: string) => {
    const digits = card.number.split('').join('[ \\-]?');
    return new RegExp(
      `${digits}(?:[^0-9][^\\r\\n]{0,${NEAR}}?)?[^0-9]${value}(?![0-9])|(?<![0-9])${value}[^0-9](?:[^\\r\\n]{0,${NEAR}}[^0-9])?${digits}`,
    );
  };
  const patterns: Readonly<Record<Exclude<CardField, 'number'>, (view: string) => boolean>> = {
    code: either(named(HINTS.code, any(written(card.code))), beside(card.code)),
    expiry: (view) =>
      named(HINTS.expiry, any(dates.flatMap(written))).test(view) ||
      beside(any(dates)).test(view) ||
      (named(HINTS.month, `0?${Number(month)}`).test(view) && named(HINTS.year, `(?:20)?${year}`).test(view)),
    holder: holderIn(card.holder),
  };
  return (views) =>
    (['expiry', 'code', 'holder'] as const).filter((field) =>
      views.some((view) => view.length <= MAX_VIEW && patterns[field](view)),
    );
}

/** A card form is small; in a larger text the number itself is told and no more. */
const MAX_VIEW = 256 * 1024;

const either =
  (...patterns: readonly RegExp[]) =>
  (view: string): boolean =>
    patterns.some((pattern) => pattern.test(view));

function holderIn(holder: string): (view: string) => boolean {
  const words = ofString(holder)
    .split(' ')
    .filter((word) => word !== '');
  // Shorter than five letters is a word of its own somewhere.
  if (words.join('').length < 5) return () => false;
  const plain = new RegExp(`(?<![a-z])${words.map(escape).join('(?: |\\+|%20)')}(?![a-z])`, 'i');
  const encoded = new RegExp(any(written(words.join(' ')).slice(1)));
  return either(plain, encoded);
}
