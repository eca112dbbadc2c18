import { Canary } from '@komainu/model';
import { expect, test } from 'vitest';
import { newCanary, newCanaryPair, PERSONAS } from '../src/index.ts';
import { PREFIXES } from '../src/canary/bins.ts';

/** Luhn as ISO/IEC 7812-1 has it, written apart from the source's. */
const passesLuhn = (number: string): boolean =>
  Array.from(number)
    .toReversed()
    .map((digit, place) => (place % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)] : Number(digit)) ?? 0)
    .reduce((sum, digit) => sum + digit, 0) %
    10 ===
  0;

/** Numbers printed in providers' manuals; skimmers leave them out. */
const PUBLISHED = /^(4111|4242|4000|4012|4222|4917|4005|5555|5105|5200|5454|3530|3566|3782|3714|6011)/;

const CANARIES = Array.from({ length: 500 }, newCanary);

test('a canary has the model’s form and passes Luhn; no two are alike', () => {
  for (const canary of CANARIES) {
    expect(Canary.parse(canary)).toEqual(canary);
    expect(passesLuhn(canary.card.number)).toBe(true);
    expect(canary.card.number).toMatch(/^(4\d{15}|5[1-5]\d{14})$/);
  }
  expect(new Set(CANARIES.map((canary) => canary.card.number)).size).toBe(500);
  expect(new Set(CANARIES.map((canary) => canary.shopper.email)).size).toBeGreaterThan(490);
});

test('its range is in the table, on no published list, and it does not look made up', () => {
  for (const { card } of CANARIES) {
    expect(PREFIXES.some(({ prefix }) => card.number.startsWith(prefix))).toBe(true);
    expect(card.number).not.toMatch(/(\d)\1{3}|1234|0000/);
    const [month, year] = card.expiry.split('/').map(Number);
    expect(month).toBeGreaterThanOrEqual(1);
    expect(month).toBeLessThanOrEqual(12);
    expect(2000 + (year ?? 0)).toBeGreaterThan(new Date().getUTCFullYear());
  }
  for (const { prefix, alone } of PREFIXES) {
    expect(prefix).toMatch(/^\d{6}$/);
    expect(prefix).not.toMatch(PUBLISHED);
    expect(alone).toBeGreaterThan(200);
  }
});

test('a merchant sees at once that the shopper is a test', () => {
  for (const { shopper } of CANARIES.slice(0, 20)) {
    expect(shopper.givenName).toContain('テスト');
    expect(shopper.email).toMatch(/^junkai-test-.*@example\.jp$/);
  }
});

test('personas are told apart by their id', () => {
  expect(new Set(PERSONAS.map((persona) => persona.id)).size).toBe(PERSONAS.length);
});

test('a pair differs in every character that is the card’s own, and in nothing else', () => {
  for (let i = 0; i < 200; i++) {
    const { a, b } = newCanaryPair();
    expect(Canary.parse(b)).toEqual(b);
    expect(passesLuhn(b.card.number)).toBe(true);
    expect(b.shopper).toEqual(a.shopper);
    expect(b.card.number.slice(0, 6)).toBe(a.card.number.slice(0, 6));
    for (const field of ['number', 'code', 'holder'] as const) {
      const [one, other] = [a.card[field], b.card[field]];
      expect(other).toHaveLength(one.length);
      const from = field === 'number' ? 6 : 0;
      for (let at = from; at < one.length; at++) if (one[at] !== ' ') expect(other[at]).not.toBe(one[at]);
    }
    expect(b.card.expiry.slice(0, 2)).not.toBe(a.card.expiry.slice(0, 2));
    expect(b.card.expiry.slice(3)).not.toBe(a.card.expiry.slice(3));
  }
});
