import { deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ofBytes, ofString, reversed, toBuffer } from '../src/canary/bytes.ts';
import { ENCODINGS, isDisguise } from '../src/canary/encodings.ts';
import { finder } from '../src/canary/finder.ts';
import { searchFor } from '../src/canary/search.ts';
import { canary, NUMBER } from './make.ts';

const search = searchFor(canary.card);
const latin = (bytes: Uint8Array): string => ofBytes(bytes);
const grouped = (text: string, separator: string): string => (text.match(/.{1,4}/gs) ?? []).join(separator);
const percent = (text: string): string =>
  toBuffer(text).reduce((all, byte) => `${all}%${byte.toString(16).padStart(2, '0')}`, '');

/** Every way of writing a text that the brief of a skimmer's author would hold; each row is run alone and composed. */
const WRITINGS: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['percent, every byte', percent],
  ['percent, upper case', (text) => percent(text).toUpperCase()],
  ['form, with plus', (text) => encodeURIComponent(text).replaceAll('%20', '+')],
  ['html decimal', (text) => text.replace(/[^]/g, (c) => `&#${c.charCodeAt(0)};`)],
  ['html hexadecimal', (text) => text.replace(/[^]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)],
  ['base64', (text) => toBuffer(text).toString('base64')],
  ['base64, unpadded', (text) => toBuffer(text).toString('base64').replace(/=+$/, '')],
  ['base64, url-safe', (text) => toBuffer(text).toString('base64url')],
  ['base64, second alignment', (text) => toBuffer(`x${text}`).toString('base64')],
  ['base64, third alignment', (text) => toBuffer(`xy${text}`).toString('base64')],
  ['hex', (text) => toBuffer(text).toString('hex')],
  ['HEX', (text) => toBuffer(text).toString('hex').toUpperCase()],
  ['reversed', reversed],
  ['spaces', (text) => grouped(text, ' ')],
  ['dashes', (text) => grouped(text, '-')],
];
const FORMS = [NUMBER, grouped(NUMBER, ' '), grouped(NUMBER, '-'), NUMBER.slice(0, 12), NUMBER.slice(2, 15)];

describe('table of encodings', () => {
  test.each(ENCODINGS)('$name decodes its example', ({ decode, example: [encoded, plain] }) => {
    expect(decode(encoded).some((text) => text.includes(plain))).toBe(true);
    expect(decode('')).toEqual(expect.not.arrayContaining([expect.stringMatching(/./)]));
  });

  test.each(WRITINGS)('%s, on every form of the number', (_, write) => {
    for (const form of FORMS)
      expect(search(`{"a":"${write(`id=${form}&z=1`)}"}`), write(form)).toMatchObject({ kind: 'found' });
  });
});

describe('single layers are named', () => {
  test.each([
    [NUMBER, []],
    [grouped(NUMBER, ' '), []],
    [grouped(NUMBER, '\u00a0'), []],
    [NUMBER.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))), []],
    [encodeURIComponent(grouped(NUMBER, ' ')), ['url']],
    [percent(percent(NUMBER)), ['url', 'url']],
    [NUMBER.replace(/\d/g, (d) => `\\u003${d}`), ['json']],
    [btoa(NUMBER), ['base64']],
    [btoa(btoa(NUMBER)), ['base64', 'base64']],
    [toBuffer(NUMBER).toString('hex'), ['hex']],
    [reversed(NUMBER), ['reversed']],
    [reversed(btoa(NUMBER)), ['reversed', 'base64']],
    [btoa(reversed(NUMBER)), ['base64', 'reversed']],
    [toBuffer(NUMBER).join(','), ['char-codes']],
    [toBuffer(NUMBER).reduce((all, byte) => `${all}\\x${byte.toString(16)}`, ''), ['json']],
    [toBuffer(NUMBER).reduce((all, byte) => `${all}0x${byte.toString(16)},`, ''), ['hex']],
  ])('%s', (text, encodings) => {
    const found = search(ofString(text));
    expect(found).toMatchObject({ kind: 'found', encodings });
    expect(isDisguise(encodings)).toBe(!encodings.every((name) => name === 'url' || name === 'json'));
  });

  test('UTF-16, gzip and zlib bodies, also inside base64', () => {
    for (const bytes of [
      Buffer.from(`card=${NUMBER}`, 'utf16le'),
      gzipSync(`card=${NUMBER}`),
      deflateSync(`card=${NUMBER}`),
    ]) {
      expect(search(latin(bytes)).kind).toBe('found');
      expect(search(bytes.toString('base64')).kind).toBe('found');
    }
  });

  test('MIME folding, and base64 that begins in the middle of other letters', () => {
    const long = Buffer.from(`${'x'.repeat(70)}${NUMBER}${'y'.repeat(70)}`).toString('base64');
    expect(search(long.replace(/.{76}/g, '$&\r\n')).kind).toBe('found');
    for (const before of ['a', 'ab', 'abc', 'abcd'])
      expect(search(`/c/${before}${btoa(btoa(`${NUMBER}!`))}`).kind).toBe('found');
  });
});

describe('properties', () => {
  const writing = fc.constantFrom(...WRITINGS);
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ{}":,.=&_ '.split('')), maxLength: 12 });

  test('the number is found under every composition of up to three encodings', { timeout: 300_000 }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMS.slice(0, 3)),
        fc.array(writing, { maxLength: 3 }),
        word,
        word,
        (form, writings, before, after) => {
          const written = writings.reduce((text, [, write]) => write(text), form);
          expect(search(`{"${before}":"${written}","${after}":1}`).kind).toBe('found');
        },
      ),
      { numRuns: 1500, seed: 20260131 },
    );
  });

  test('every composition of up to three, one by one', () => {
    const layers = [(text: string) => text, ...WRITINGS.map(([, write]) => write)];
    for (const first of layers)
      for (const second of layers)
        for (const third of layers) {
          const written = third(second(first(NUMBER)));
          if (search(written).kind !== 'found') expect.fail(`missed: ${written}`);
        }
  });

  test('random digits and random bytes are never it', () => {
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789'.split('')),
      minLength: 8,
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.oneof(digits, fc.base64String({ maxLength: 600 })), (text) => {
        fc.pre(!text.includes(NUMBER.slice(0, 12)));
        expect(search(text).kind).toBe('absent');
        expect(search(btoa(text)).kind).toBe('absent');
      }),
      { numRuns: 400, seed: 2019 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(search(latin(bytes)).kind).toBe('absent');
      }),
      { numRuns: 200, seed: 210 },
    );
  });

  test('a finder finds exactly the needles that stand in the text', () => {
    const unit = fc.constantFrom('a', 'b');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit, minLength: 8, maxLength: 12 }), { maxLength: 40 }),
        fc.string({ unit, maxLength: 200 }),
        (needles, text) => {
          const found = finder(needles)(toBuffer(`${text}zz`), text.length).toSorted((a, b) => a - b);
          expect(found).toEqual(needles.flatMap((needle, i) => (text.includes(needle) ? [i] : [])));
        },
      ),
    );
    expect(() => finder(['seven77'])).toThrow(RangeError);
  });
});

describe('a number in four values', () => {
  const cut = { c1: '4916', c2: '3385', c3: '0608', c4: '2832' };
  const flat = JSON.stringify(cut);
  const form = new URLSearchParams(cut).toString();

  test.each<readonly [string, string, readonly string[]]>([
    ['JSON', flat, ['split']],
    ['a form', form, ['split']],
    ['btoa(JSON)', btoa(flat), ['base64', 'split']],
    ['btoa(form)', btoa(form), ['base64', 'split']],
    ['btoa(btoa(JSON))', btoa(btoa(flat)), ['base64', 'base64', 'split']],
    ['JSON in a query', `d=${encodeURIComponent(flat)}`, ['split']],
    ['JSON among other fields', `v=1&d=${encodeURIComponent(flat)}&x=1`, ['split']],
    ['base64 among other fields', `d=${encodeURIComponent(btoa(flat))}&x=1`, ['base64', 'split']],
    ['JSON in JSON', JSON.stringify({ a: 'x', p: flat, z: 1 }), ['split']],
    ['a form in JSON', JSON.stringify({ a: 'x', p: form }), ['split']],
    ['base64 in JSON', JSON.stringify({ p: btoa(flat), q: 1 }), ['base64', 'split']],
    ['base64 in four values', JSON.stringify(btoa(NUMBER).match(/.{6}/g)), ['base64']],
  ])('%s', (_, text, encodings) => {
    expect(search(text)).toMatchObject({ kind: 'found' });
    const found = search(text);
    if (found.kind === 'found') expect(found.encodings.join()).toContain(encodings.join());
  });

  test('the same around other digits is nothing', () => {
    const other = JSON.stringify({ ...cut, c3: '0609' });
    for (const text of [
      other,
      btoa(other),
      `d=${encodeURIComponent(other)}&x=1`,
      JSON.stringify({ p: other }),
    ])
      expect(search(text).kind).toBe('absent');
  });

  test('more values than are joined are not called read', () => {
    const many = Array.from({ length: 20_001 }, () => 7);
    expect(search(JSON.stringify(many.slice(1))).kind).toBe('absent');
    expect(search(JSON.stringify(many)).kind).toBe('exhausted');
    expect(search(JSON.stringify([...Object.values(cut), ...many])).kind).toBe('found');
  });

  test('what the joined values ask for is paid like the rest', () => {
    const text = JSON.stringify({ a: 'x'.repeat(40), b: 'y'.repeat(40) });
    expect(search(text, text.length)).toMatchObject({ kind: 'exhausted' });
    expect(search(text).kind).toBe('absent');
  });
});

describe('cost', () => {
  test('a megabyte of anything is read to the end or said to be too much', () => {
    const megabyte = 1024 * 1024;
    const hostile = [
      'A'.repeat(megabyte),
      '1'.repeat(megabyte),
      '%41'.repeat(megabyte / 3),
      '&#'.repeat(megabyte / 2),
      '&#x'.repeat(megabyte / 3),
      '\\u'.repeat(megabyte / 2),
      'ab-'.repeat(megabyte / 3),
      '12,'.repeat(megabyte / 3),
      '0x'.repeat(megabyte / 2),
      '{"a":['.repeat(megabyte / 6),
      'a=1&'.repeat(megabyte / 4),
      Buffer.alloc((megabyte * 3) / 4, 'QUJD').toString('base64'),
      '\ud800'.repeat(megabyte / 8),
      gzipSync(Buffer.alloc(64 * megabyte)).toString('latin1'),
    ];
    for (const text of hostile) {
      expect(['absent', 'exhausted']).toContain(search(text).kind);
      expect(search(`${text}"${NUMBER}"`).kind).toBe('found');
    }
  });

  test('broken encodings are passed over', () => {
    for (const text of [
      '%',
      '%4',
      '%zz',
      '&#;',
      '&#x;',
      '&#99999999;',
      '\\u',
      '\\u{110000}',
      '====',
      '\x1f\x8b',
      'x\x9c',
      '\0',
    ])
      expect(search(text.repeat(20)).kind).toBe('absent');
  });
});

test('the canary of these tests is a card number by its form', () => {
  const sum = Array.from(canary.card.number, Number)
    .toReversed()
    .reduce((all, digit, i) => all + (i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  expect(sum % 10).toBe(0);
});
