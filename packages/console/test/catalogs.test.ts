import { compileMessage } from '@lingui/message-utils/compileMessage';
import { describe, expect, it } from 'vitest';
import { en, type Key } from '../src/app/i18n/en.ts';
import { ja } from '../src/app/i18n/ja.ts';

const KEYS = Object.keys(en) as Key[];

/** Names of the values a message takes, plural arguments included. */
const valuesOf = (message: string): readonly string[] =>
  [...message.matchAll(/\{(\w+)(?=[,}])/g)].map((match) => match[1] ?? '').sort();

describe('the catalogs', () => {
  it('have the same keys, none empty', () => {
    expect(Object.keys(ja).sort()).toEqual(KEYS.toSorted());
    for (const key of KEYS) {
      expect(en[key].trim(), key).not.toBe('');
      expect(ja[key].trim(), key).not.toBe('');
    }
  });

  it('take the same values in both languages', () => {
    for (const key of KEYS) expect(valuesOf(ja[key]), key).toEqual(valuesOf(en[key]));
  });

  it('are well-formed messages', () => {
    const broken: string[] = [];
    for (const key of KEYS) {
      for (const message of [en[key], ja[key]]) compileMessage(message, () => (broken.push(key), message));
    }
    expect(() => KEYS.forEach((key) => compileMessage(ja[key]))).not.toThrow();
  });

  it('are in their languages', () => {
    for (const key of KEYS) expect(en[key], key).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    const latin = KEYS.filter((key) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(ja[key]));
    // Names and bare arrangements of values.
    expect(latin).toEqual(['version']);
  });
});
