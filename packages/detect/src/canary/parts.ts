import type { Canary, CardPart } from '@komainu/model';

/** What a number's first digits say, under the names that payment pages use. */
const BRANDS: readonly (readonly [first: RegExp, names: readonly string[]])[] = [
  [/^4/, ['visa']],
  [/^(?:5[1-5]|2[2-7])/, ['mastercard', 'master', 'mc']],
  [/^35/, ['jcb']],
  [/^3[47]/, ['amex', 'americanexpress', 'american_express']],
  [/^3[0689]/, ['diners', 'dinersclub', 'diners_club']],
  [/^62/, ['unionpay', 'cup']],
  [/^6/, ['discover']],
];
/** What stands for digits that are not told; as bytes: the bullets and full-width marks of UTF-8 too. */
const MASK = String.raw`(?:[*xX#._\- •]|\xe2\x80[\xa2\xa6]|\xe2\x97[\x8f\x8b]|\xe2\x9c\xb1|\xef\xbc\x8a|\xc2\xb7|\xd7|\xc3\x97){2,24}`;
/** A name and what stands between it and its value. */
const named = (names: string): string =>
  String.raw`(?:${names})[a-z_\]\[-]{0,12}["'\\]{0,3}\s?[=:]\s?["'\\]{0,3}`;

/**
 * How much of the number a text tells for certain, short of all of it. Four digits or six are everywhere: they count
 * only beside a mask, or as the value of a name that says what they are.
 */
export function partsOf(card: Canary['card']): (text: string) => CardPart | null {
  const { number } = card;
  const six = number.slice(0, 6);
  const four = number.slice(-4);
  const eight = number.slice(0, 8);
  const brands = BRANDS.find(([first]) => first.test(number))?.[1] ?? [];
  const end = String.raw`(?![0-9])`;
  const last = [
    new RegExp(String.raw`${MASK}${four}${end}`),
    new RegExp(
      `${named('last_?-?4|last_?-?four|four_?last|l4|tail|suffix|下4桁|card_?end|ending')}${four}${end}`,
      'i',
    ),
  ];
  const first = [
    new RegExp(String.raw`(?<![0-9])${six}[0-9]{0,2}${MASK}`),
    new RegExp(String.raw`(?<![0-9])${six.slice(0, 4)}[ -]?${six.slice(4)}${MASK}`),
    new RegExp(
      `${named('bin|iin|first_?-?6|first_?-?six|prefix|card_?start')}${six}(?:${eight.slice(6)})?${end}`,
      'i',
    ),
  ];
  const brand = new RegExp(
    `${named('brand|scheme|card_?-?type|network|issuer|cc_?type')}(?:${brands.join('|')})(?![a-z])`,
    'i',
  );
  const length = new RegExp(
    `(?:card|cc|pan|number|num)${named('[a-z_-]{0,10}len(?:gth)?')}${number.length}${end}`,
    'i',
  );
  return (text) => {
    if (text.length > MAX_TEXT) return null;
    if (text.includes(four) && last.some((pattern) => pattern.test(text))) return 'last-four';
    if (text.includes(six.slice(0, 4)) && first.some((pattern) => pattern.test(text))) return 'first-six';
    const lower = brands.length > 0 && has(text, brands[0] ?? '') ? text : '';
    if (lower !== '' && brand.test(lower)) return 'brand';
    return has(text, 'len') && length.test(text) ? 'length' : null;
  };
}
/** A form is small; in a larger text the number itself is looked for and no part of it. */
const MAX_TEXT = 256 * 1024;

const has = (text: string, word: string): boolean =>
  text.includes(word) ||
  text.includes(word.toUpperCase()) ||
  text.includes((word[0] ?? '').toUpperCase() + word.slice(1));
