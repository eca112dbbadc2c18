import { expect, test } from 'vitest';
import { breach, importsOf } from './boundaries.ts';

test('imports are found in every form, and not in comments', () => {
  const source = `
    import { a } from '@komainu/model';
    import type { B } from "./b.ts";
    export * from './c.ts';
    import 'side-effect';
    const d = await import('lazy');
    // import 'commented';
    /* import 'also commented'; */
    import {
      e,
    } from 'many-lines';`;
  expect(importsOf(source)).toEqual([
    '@komainu/model',
    './b.ts',
    './c.ts',
    'side-effect',
    'lazy',
    'many-lines',
  ]);
});

test.each([
  ['detect', 'packages/detect/src/a.ts', '@komainu/probe', 'detect may not import probe'],
  ['model', 'packages/model/src/a.ts', 'hono', 'the trust kernel may not import hono'],
  ['evidence', 'packages/evidence/src/a.ts', 'zod', 'the trust kernel may not import zod'],
  [
    'guard',
    'packages/guard/src/a.ts',
    '../../probe/src/x.ts',
    'leaves its package by path: ../../probe/src/x.ts',
  ],
  ['probe', 'packages/probe/src/a.ts', '@komainu/guard', 'probe may not import guard'],
  ['server', 'packages/server/src/a.ts', 'komainu', 'server may not import komainu'],
])('%s: %s may not import %s', (name, file, specifier, why) => {
  expect(breach(name, `${import.meta.dirname}/../${file}`, specifier)).toBe(why);
});

test.each([
  ['server', '@komainu/respond'],
  ['probe', 'playwright-core'],
  ['model', 'zod'],
  ['model', 'node:crypto'],
])('%s may import %s', (name, specifier) => {
  expect(breach(name, `${import.meta.dirname}/../packages/${name}/src/a.ts`, specifier)).toBeUndefined();
});
