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

function number(): string {
  for (;;) {
    const { prefix } = PREFIXES[randomInt(PREFIXES.length)] ?? { prefix: '488146' };
    const body = prefix + digits(9);
    const whole = body + checkDigit(body);
    if (!LOOKS_MADE_UP.test(whole)) return whole;
  }
}

const letters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('');

const GIVEN = ['HANAKO', 'TARO', 'YUKI', 'KENJI', 'AKIRA', 'MIKA', 'HIROSHI', 'NAOKO'];
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
const surname = (): string => Array.from({ length: 4 }, () => pick(SYLLABLES)).join('');

/**
 * The card and shopper of one visit: no two visits share a number. A merchant who finds the shopper in an order knows
 * at once what it is; the address is example.jp's, the telephone number is in a block that is given to nobody
 * (mobile numbers never have 0 after the prefix).
 */
export function newCanary(): Canary {
  const year = (new Date().getUTCFullYear() + 2 + randomInt(3)) % 100;
  const month = String(1 + randomInt(12)).padStart(2, '0');
  const tag = letters(6);
  return {
    card: {
      number: number(),
      expiry: `${month}/${String(year).padStart(2, '0')}`,
      code: String(randomInt(123, 988)),
      holder: `${pick(GIVEN)} ${surname()}`,
    },
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
