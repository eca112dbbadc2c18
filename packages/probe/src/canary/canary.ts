import { randomInt } from 'node:crypto';
import type { Canary } from '@komainu/model';
import { PREFIXES } from './bins.ts';

const digits = (count: number): string => Array.from({ length: count }, () => randomInt(10)).join('');

/** The digit that makes `body` pass the check of ISO/IEC 7812-1 (Luhn). */
function checkDigit(body: string): string {
  let sum = 0;
  for (let place = 0; place < body.length; place++) {
    const digit = Number(body.at(-1 - place)) * (place % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Too regular for an issued card; skimmers drop such numbers. */
const LOOKS_MADE_UP = /(\d)\1{3}|0123|1234|2345|3456|4567|5678|6789|(\d\d)\2\2/;

const anyPrefix = (): string => PREFIXES[randomInt(PREFIXES.length)]?.prefix ?? '488146';

function number(prefix = anyPrefix()): string {
  for (;;) {
    const body = prefix + digits(9);
    const whole = body + checkDigit(body);
    if (!LOOKS_MADE_UP.test(whole)) return whole;
  }
}

const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** Names of one length that share no letter in any place. */
const GIVEN = [
  ['HANAKO', 'MISUZU'],
  ['TARO', 'MIKU'],
  ['YUKI', 'MANA'],
  ['KENJI', 'MASAO'],
  ['AKIRA', 'SHOTO'],
  ['HIROSHI', 'KAZUNAO'],
  ['NAOKO', 'YURIE'],
] as const;
const SYLLABLES = [
  'KA',
  'MO',
  'RI',
  'SHI',
  'TA',
  'NA',
  'YA',
  'HA',
  'SE',
  'KO',
  'MU',
  'TSU',
  'WA',
  'KI',
  'NO',
  'MA',
];
const pick = (list: readonly string[]): string => list[randomInt(list.length)] ?? '';

/** A holder's name, and one as long that is unlike it in every letter. */
function holders(): readonly [string, string] {
  const given = GIVEN[randomInt(GIVEN.length)] ?? GIVEN[0];
  const surname = Array.from({ length: 4 }, () => pick(SYLLABLES));
  const other = surname.map((syllable) => pick(SYLLABLES.filter((one) => apart(one, syllable))));
  return [`${given[0]} ${surname.join('')}`, `${given[1]} ${other.join('')}`];
}

const card = (holder: string): Canary['card'] => {
  const year = (new Date().getUTCFullYear() + 2 + randomInt(3)) % 100;
  const month = String(1 + randomInt(12)).padStart(2, '0');
  return {
    number: number(),
    expiry: `${month}/${String(year).padStart(2, '0')}`,
    code: String(randomInt(123, 988)),
    holder,
  };
};

/**
 * The card and shopper of one visit: no two visits share a number. A merchant who finds the shopper in an order knows
 * at once what it is; the address is example.jp's, the telephone number is in a block that is given to nobody
 * (mobile numbers never have 0 after the prefix).
 */
export const newCanary = (): Canary => canary(holders()[0]);

function canary(holder: string): Canary {
  const tag = letters(6);
  return {
    card: card(holder),
    shopper: {
      familyName: '確認用',
      givenName: `テスト${String(randomInt(10_000)).padStart(4, '0')}`,
      familyKana: 'カクニンヨウ',
      givenKana: 'テスト',
      postcode: '100-0001',
      prefecture: '東京都',
      city: '千代田区',
      street: '千代田1-1 巡回テスト',
      phone: `0900${String(randomInt(10_000_000)).padStart(7, '0')}`,
      email: `junkai-test-${tag}@example.jp`,
    },
  };
}

/** No character of one stands where the other has the same. */
function apart(one: string, other: string): boolean {
  return one.length === other.length && Array.from(one).every((char, at) => char !== other[at]);
}

/** A value unlike `other` in every place. */
function unlike(other: string, make: () => string): string {
  for (;;) {
    const value = make();
    if (apart(value, other)) return value;
  }
}

/**
 * Two cards for visits that are compared: the same shopper, brand, first six digits and lengths, so that what may be
 * told of a card by these (a brand's logo, an issuer looked up) is told of both alike; every other character differs.
 */
export function newCanaryPair(): { readonly a: Canary; readonly b: Canary } {
  const [holder, other] = holders();
  const a = canary(holder);
  const b = card(other);
  const prefix = a.card.number.slice(0, 6);
  // A decade's first digit is the same for both: there are no other years in which a card would run.
  const differs = (expiry: string): boolean =>
    expiry.slice(0, 2) !== a.card.expiry.slice(0, 2) && expiry.slice(3) !== a.card.expiry.slice(3);
  let { expiry } = b;
  while (!differs(expiry)) ({ expiry } = card(other));
  return {
    a,
    b: {
      card: {
        ...b,
        number: prefix + unlike(a.card.number.slice(6), () => number(prefix).slice(6)),
        expiry,
        code: unlike(a.card.code, () => card(other).code),
      },
      shopper: a.shopper,
    },
  };
}
