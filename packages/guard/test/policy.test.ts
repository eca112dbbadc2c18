import { describe, expect, it } from 'vitest';
import { compilePolicies, globToRegExp } from '../src/disk/policy.ts';

/** Glob, what it matches, what it does not. */
const ROWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['**', ['a', 'a/b', '.x/y'], []],
  ['*.php', ['a.php', '.php'], ['d/a.php', 'a.phpx']],
  ['**/*.php', ['a.php', 'd/a.php', 'd/e/.a.php'], ['a.phtml']],
  ['up/**', ['up/a', 'up/a/b'], ['up', 'upper/a']],
  ['up/', ['up', 'up/a', 'up/a/b'], ['upper', 'a/up', 'up2/a']],
  ['{a,b/c}/', ['a', 'a/x', 'b/c/y/z'], ['b', 'b/d']],
  ['**/tmp/', ['tmp', 'x/tmp', 'x/tmp/y'], ['x/tmp2']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/bz', 'az']],
  ['{log,tmp}/**', ['log/x', 'tmp/y/z'], ['logs/x']],
  ['f?.js', ['f1.js', 'fé.js'], ['f.js', 'f12.js', 'f/.js']],
  ['[a-c]*', ['a', 'cat'], ['dog', 'a/b']],
  ['[!a]x', ['bx'], ['ax', '/x']],
  // Literal in a glob, though not in a regular expression.
  ['a+(b)|^$.txt', ['a+(b)|^$.txt'], ['aab']],
  // FilePaths write a backslash in a name, and bytes that are not UTF-8, with a backslash.
  ['d/\\xff*', ['d/\\xff.php'], ['d/xff.php']],
  ['unclosed{a', ['unclosed{a'], []],
  ['wp-content/up-loads/**', ['wp-content/up-loads/a-b'], ['wp-content']],
  ['a[z-a]', ['a[z-a]'], ['az']],
  ['[a-]x', ['-x', 'ax'], ['bx']],
  ['[[]x', ['[x'], ['x']],
];

describe('policies', () => {
  it.each(ROWS)('glob %s', (glob, yes, no) => {
    for (const path of yes) expect([path, globToRegExp(glob).test(path)]).toEqual([path, true]);
    for (const path of no) expect([path, globToRegExp(glob).test(path)]).toEqual([path, false]);
  });

  it('whatever a person writes as a glob is one', () => {
    const parts = [
      'a',
      '-',
      '*',
      '**',
      '?',
      '[',
      ']',
      '!',
      '{',
      '}',
      ',',
      '/',
      '\\',
      '(',
      '|',
      '^',
      '$',
      '&&',
      '日',
    ];
    for (let seed = 1; seed < 5_000; seed++) {
      let glob = '';
      for (let rest = seed * 7_919; rest > 0; rest = Math.floor(rest / parts.length))
        glob += parts[rest % parts.length];
      expect(() => globToRegExp(glob).test('a/b'), glob).not.toThrow();
    }
  });

  it('first match wins; nothing matches: sealed; and only what is wholly ignored is left out', () => {
    const policies = compilePolicies([
      { glob: 'cache/keep/*.php', policy: 'sealed' },
      { glob: 'cache/**', policy: 'ignored' },
      { glob: '**/*.log', policy: 'churn' },
    ]);
    expect(
      ['cache/keep/a.php', 'cache/a.log', 'x/a.log', 'index.php'].map((path) => policies.of(path)),
    ).toEqual(['sealed', 'ignored', 'churn', 'sealed']);
    expect(['cache/a.log', 'x/a.log', 'index.php'].map((path) => policies.ruleOf(path))).toEqual([1, 2, -1]);
    // An earlier rule could pick a file out of it, so it is walked.
    expect(policies.prunes('cache/other')).toBe(false);
    expect(compilePolicies([{ glob: 'cache/**', policy: 'ignored' }]).prunes('cache')).toBe(true);
    expect(compilePolicies([{ glob: '**/*.tmp', policy: 'ignored' }]).prunes('a')).toBe(false);
    expect(compilePolicies([{ glob: 'c/x**', policy: 'ignored' }]).prunes('c')).toBe(false);
    expect(compilePolicies([{ glob: 'cache/', policy: 'ignored' }]).prunes('cache')).toBe(true);
    expect(compilePolicies([{ glob: 'cache/', policy: 'ignored' }]).prunes('cache/deep')).toBe(true);
    // `?` matches the name that stands for all, but not every name.
    expect(compilePolicies([{ glob: 'c/?/', policy: 'ignored' }]).prunes('c')).toBe(false);
    // By name only: another name in the same directory would not be ignored.
    expect(compilePolicies([{ glob: 'a/x', policy: 'ignored' }]).prunes('a')).toBe(false);
  });
});
