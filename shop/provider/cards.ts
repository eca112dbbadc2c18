/**
 * Card numbers as the provider sees them. The test numbers start with 9999: industry digit 9 (national use) and
 * country code 999, which ISO 3166 reserves for private use, so that no issuer can ever own one.
 */
export type Scenario =
  | 'approve'
  | 'decline'
  | 'insufficient_funds'
  | 'challenge'
  | 'challenge_fails'
  | 'expired'
  | 'outage';

export const testCards: Readonly<Record<string, Scenario>> = {
  '9999000000000004': 'approve',
  '9999100000000002': 'decline',
  '9999200000000000': 'insufficient_funds',
  '9999300000000008': 'challenge',
  '9999400000000006': 'challenge_fails',
  '9999500000000003': 'expired',
  '9999600000000001': 'outage',
};

/** Any other number with a valid check digit is approved. */
export const scenarioOf = (number: string): Scenario => testCards[number] ?? 'approve';

export function isLuhnValid(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    const digit = Number(number[number.length - 1 - index]);
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const brands: readonly (readonly [RegExp, string])[] = [
  [/^9999/, 'musubi'],
  [/^4/, 'visa'],
  [/^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, 'mastercard'],
  [/^35(2[89]|[3-8])/, 'jcb'],
  [/^3[47]/, 'amex'],
  [/^3(0[0-5]|[689])/, 'diners'],
  [/^(6011|64[4-9]|65)/, 'discover'],
];

export const brandOf = (number: string): string =>
  brands.find(([pattern]) => pattern.test(number))?.[1] ?? 'unknown';
