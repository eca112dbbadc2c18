import { describe, expect, it } from 'vitest';
import { compilePolicies, globToRegExp } from '../src/disk/policy.ts';

/** Glob, what it matches, what it does not. */
const ROWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['**', ['a', 'a/b', '.x/y'], []],
  ['*.php', ['a.php', '.php'], ['d/a.php', 'a.phpx']],
  ['**/*.php', ['a.php', 'd/a.php', 'd/e/.a.php'], ['a.phtml']],
  ['up/**', ['up/a', 'up/a/b'], ['up', 'upper/a']],
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
];

describe('policies', () => {
  it.each(ROWS)('glob %s', (glob, yes, no) => {
    for (const path of yes) expect([path, globToRegExp(glob).test(path)]).toEqual([path, true]);
    for (const path of no) expect([path, globToRegExp(glob).test(path)]).toEqual([path, false]);
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
    // An earlier rule could pick a file out of it, so it is walked.
    expect(policies.prunes('cache/other')).toBe(false);
    expect(compilePolicies([{ glob: 'cache/**', policy: 'ignored' }]).prunes('cache')).toBe(true);
    expect(compilePolicies([{ glob: '**/*.tmp', policy: 'ignored' }]).prunes('a')).toBe(false);
    expect(compilePolicies([{ glob: 'c/x**', policy: 'ignored' }]).prunes('c')).toBe(false);
    // By name only: another name in the same directory would not be ignored.
    expect(compilePolicies([{ glob: 'a/x', policy: 'ignored' }]).prunes('a')).toBe(false);
  });
});
