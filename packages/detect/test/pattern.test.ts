import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../src/rules/automaton.ts';
import { literalOf, parsePattern } from '../src/rules/parse.ts';

const ready = (source: string) => compile(parsePattern(source));
const ends = (source: string, text: string, most = 10) =>
  ready(source).ends(Buffer.from(text, 'latin1'), most);

describe('patterns', () => {
  test.each<readonly [string, string, readonly number[]]>([
    ['abc', 'xABCabc', [4, 7]],
    ['a+b', 'aaab', [4]],
    ['a{2,3}b', 'ab aab aaaab', [6, 12]],
    ['(?:cat|dog)s?', 'dogs', [3]],
    ['[^a-c]z', 'azbzdz', [6]],
    ['\\d\\s\\w', '1 x', [3]],
    ['^x', 'x\nx', [3]],
    ['\\x00\\.', '\0.', [2]],
    ['a.b', 'a\nb a-b', [7]],
  ])('%s in %j', (source, text, expected) => {
    expect(ends(source, text)).toEqual(expected);
  });

  test.each([' eval(', '(eval(', '\\eval(', '@eval(', '?1:eval(', '!eval(', "'.eval("])(
    'a function may begin in %j',
    (text) => {
      expect(ends('\\beval\\(', text)).toHaveLength(1);
    },
  );
  test.each([' $eval(', ' x->eval(', ' X::eval(', ' medieval(', ' re.eval('])(
    'no plain function in %j',
    (text) => {
      expect(ends('\\beval\\(', text)).toEqual([]);
    },
  );

  test.each([
    '(a',
    'a)',
    '[a',
    '*a',
    'a**',
    'a{3,1}',
    'a{0,900}',
    '(?=a)b',
    '(?<!a)b',
    '(?<n>a)',
    '(a)\\1',
    '\\q',
    'あ',
    'a\\',
    '\\x0g',
    'a*',
    '',
    '(?:(?:a{200}){200}){200}',
    `${'('.repeat(30)}a${')'.repeat(30)}`,
  ])('%j is refused', (source) => {
    expect(() => ready(source)).toThrow(SyntaxError);
  });

  test('says the same as the engine that backtracks', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\w', '(?:ab|b)', '(?:a|)b');
    const piece = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}'))
      .map(([one, count]) => (/^[.[\\]|^.$|^\(/.test(one) ? one : `(?:${one})`) + count);
    const pattern = fc
      .array(fc.array(piece, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
      .map((choices) => choices.map((of) => of.join('')).join('|'));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 30 });
    fc.assert(
      fc.property(pattern, text, (source, words) => {
        const theirs = new RegExp(source, 'i');
        fc.pre(!theirs.test(''));
        const [first] = ends(source, words, 1) ?? [];
        expect(first !== undefined).toBe(theirs.test(words));
        // The first end is the least at which the text so far matches.
        if (first !== undefined) expect(theirs.test(words.slice(0, first - 1))).toBe(false);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });

  test('bombs burn out: the time they take grows with the text, or they give up', () => {
    const text = `${'a'.repeat(1_000_000)}!`;
    expect(ends('(?:a|a)+b', text)).toEqual([]);
    expect(ends('(?:(?:a+)+)+b', text)).toEqual([]);
    expect(ends('(?:a|aa|aaa)+b', text)).toEqual([]);
    expect(ends('a{0,200}a{0,200}a{0,200}b', text)).toEqual([]);
    let seed = 1;
    const random = Array.from({ length: 300_000 }, () => {
      seed = (seed * 48271) % 2147483647;
      return seed % 2 === 0 ? 'a' : 'b';
    }).join('');
    // Every state is another one; it must not keep them all, nor compute them for ever.
    expect(ends('a[ab]{200}c', random)).toBeNull();
    expect(ends('a(?:b|ab|ba|aab){60}a{0,60}[ab]{200}c', random)).toBeNull();
  });

  test('the literal of a pattern stands in whatever it matches', () => {
    for (const [source, literal] of [
      ['\\bfile_put_contents\\(', 'file_put_contents('],
      ['(?:a|b)cde*', 'cd'],
      ['[Xx]yz|a', ''],
      ['a?bcd', 'bcd'],
      ['(?:hello){2}x', 'hello'],
    ] as const)
      expect(literalOf(parsePattern(source))).toBe(literal);
  });
});
