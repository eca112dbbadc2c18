import type { Canary } from '@komainu/model';
import { ofString } from '../canary/bytes.ts';
import type { Leaves } from './leaves.ts';

/** Puts names in the place of typed values that stand in plain sight, so that two cards read alike. */
export interface Explainer {
  /** Does the whole card number stand in it, as a person would write it? Then the wire search tells of it. */
  readonly shows: (text: string) => boolean;
  /** A text with the card's values named. */
  readonly name: (text: string) => string;
  /** All leaves of a message with the card's values named; the leaves themselves when the number is in none. */
  readonly explain: (leaves: Leaves) => Leaves;
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const GAP = '[ \\-\\xa0]{0,3}';

function explainer({ number, expiry, code, holder }: Canary['card']): Explainer {
  const [month = '', year = ''] = expiry.split('/');
  const whole = new RegExp(`(?<!\\d)${number.split('').join(GAP)}(?!\\d)`, 'g');
  const dates = ['', '/', '-', ' ', ' / ', '.'].flatMap((s) => [
    `${month}${s}${year}`,
    `${month}${s}20${year}`,
    `20${year}${s}${month}`,
    `${year}${s}${month}`,
  ]);
  const any = (texts: readonly string[]): RegExp =>
    new RegExp(`(?<![0-9])(?:${texts.map(quoted).join('|')})(?![0-9])`, 'g');
  const named: readonly (readonly [RegExp, string])[] = [
    [whole, '{{number}}'],
    [any(dates), '{{expiry}}'],
    [any([number.slice(-4)]), '{{last four}}'],
    [any([code]), '{{code}}'],
    ...(holder.trim() === ''
      ? []
      : [
          [
            new RegExp(ofString(holder).split(/\s+/).map(quoted).join('[ +]{1,3}'), 'gi'),
            '{{holder}}',
          ] as const,
        ]),
  ];
  /** A month is two digits, and two digits are everywhere: only where they are all there is. */
  const alone = new Map([
    [month, '{{month}}'],
    [String(Number(month)), '{{month}}'],
    [year, '{{year}}'],
    [`20${year}`, '{{year}}'],
  ]);
  const shows = (text: string): boolean => {
    whole.lastIndex = 0;
    return text.length >= number.length && whole.test(text);
  };
  const name = (text: string): string =>
    alone.get(text) ?? named.reduce((rest, [pattern, word]) => rest.replace(pattern, word), text);
  return {
    shows,
    name,
    explain: (leaves) =>
      [...leaves.values()].some(shows)
        ? new Map([...leaves].map(([part, text]) => [part, name(text)]))
        : leaves,
  };
}

const known = new WeakMap<Canary['card'], Explainer>();
export function explainerFor(card: Canary['card']): Explainer {
  const one = known.get(card) ?? explainer(card);
  known.set(card, one);
  return one;
}
