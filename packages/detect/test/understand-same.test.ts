import { type AnyNode, tokenizer } from 'acorn';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bind } from '../src/code/understand/bind.ts';
import { eachChild, type Name, treeOf } from '../src/code/understand/tree.ts';
import { understand } from '../src/code/understand/understand.ts';
import { disguised, HONEST, SKIMMER } from './code-samples.ts';

const SCRIPTS = [...HONEST, SKIMMER, `(function(){${SKIMMER}})()`, disguised(SKIMMER)];

function printsOf(code: string) {
  const found = understand(code);
  if (found.kind !== 'parsed') throw new Error(`does not parse: ${code}`);
  return { shape: found.shape, literal: found.literal };
}
const same = (a: string, b: string) => expect(printsOf(a)).toEqual(printsOf(b));

function nodesOf(code: string): readonly AnyNode[] {
  const tree = treeOf(code);
  if (tree === null) throw new Error('does not parse');
  bind(tree);
  const nodes: AnyNode[] = [];
  const visit = (node: AnyNode) => {
    nodes.push(node);
    eachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

function edited(code: string, edits: readonly (readonly [number, number, string])[]): string {
  let text = code;
  for (const [from, until, by] of edits.toSorted((a, b) => b[0] - a[0]))
    text = text.slice(0, from) + by + text.slice(until);
  return text;
}

/** Another minifier's work: every local name anew. */
function renamed(code: string, seed: number): string {
  const names = new Map<unknown, string>();
  const short = new Map<number, (name: string, old: string) => string>();
  const nodes = nodesOf(code);
  // `{ a }` is `{ a: a }` once the value has another name.
  for (const node of nodes) {
    if (node.type === 'Property' && node.shorthand)
      short.set(node.value.start, (name, old) => `${old}: ${name}`);
    if (node.type === 'ExportSpecifier') short.set(node.local.start, (name, old) => `${name} as ${old}`);
  }
  const edits = nodes.flatMap((node): (readonly [number, number, string])[] => {
    if (node.type !== 'Identifier') return [];
    const { binding } = node as Name;
    if (binding === undefined || binding.kept()) return [];
    const name = names.get(binding) ?? `r${(names.size * 7919 + seed).toString(36)}_`;
    names.set(binding, name);
    return [[node.start, node.end, short.get(node.start)?.(name, node.name) ?? name]];
  });
  // Key and value of `{ a }` are at the same place.
  return edited(code, [...new Map(edits.map((edit) => [edit[0], edit])).values()]);
}

/** Other white space and comments, wherever they mean nothing. */
function spaced(code: string, random: () => number): string {
  const edits: [number, number, string][] = [];
  const module = treeOf(code)?.sourceType ?? 'script';
  for (const { type, start } of tokenizer(code, { ecmaVersion: 'latest', sourceType: module }))
    if (type.label === 'name' || type.label === '(')
      edits.push([start, start, [' ', '', '\t/* x */ ', '/**/'][Math.floor(random() * 4)] ?? '']);
  return edited(code, edits);
}

const anyScript = fc.constantFrom(...SCRIPTS);
const RUNS = { seed: 20, numRuns: 60 };

describe('the same code', () => {
  test('under other names', () => {
    fc.assert(
      fc.property(anyScript, fc.nat(1e6), (code, seed) => {
        const other = renamed(code, seed);
        same(code, other);
      }),
      RUNS,
    );
    // The mangler does something.
    expect(renamed(HONEST[0] ?? '', 1)).not.toBe(HONEST[0]);
  });
  test('with other white space and comments, and names', () => {
    fc.assert(
      fc.property(
        anyScript,
        fc.nat(1e6),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (code, seed, stream) => {
          same(
            code,
            spaced(renamed(code, seed), () => stream.next().value ?? 0),
          );
        },
      ),
      RUNS,
    );
  });
  test.each([
    [
      'names used again in another function',
      'x(function(a){return a},function(b){return b})',
      'x(function(q){return q},function(q){return q})',
    ],
    [
      'a name that hides another',
      '(function(a){return function(b){return a+b}})',
      '(function(b){return function(a){return b+a}})',
    ],
    ['quotes and escapes', `f("it's", 'a')`, String.raw`f('it\'s', "\x61")`],
    ['numbers', 'f(1000, 0.5, 255)', 'f(1e3, .5, 0xff)'],
    ['short booleans', 'f(true, false, undefined)', 'f(!0, !1, void 0)'],
    ['properties in brackets', `a["b"].c; ({"d": 1})`, 'a.b["c"]; ({d: 1})'],
    [
      'private names',
      'class A{#a;f(){return this.#a}}class B{#b;#a(){}}',
      'class A{#x;f(){return this.#x}}class B{#x;#y(){}}',
    ],
    ['properties in templates', 'a.b', 'a[`b`]'],
    [
      'what a switch hides',
      '(function(a){switch(a){case 1:let b=a;f(b)}})',
      '(function(a){switch(a){case 1:let c=a;f(c)}})',
    ],
    [
      'what a switch looks at',
      '(function(a){switch(a){case 1:let a=2;f(a)}})',
      '(function(b){switch(b){case 1:let a=2;f(a)}})',
    ],
    ['braces', 'if (a) { b() } else { c() } for (;;) { d() }', 'if(a)b();else c();for(;;)d()'],
    ['statements as one', 'a(); b(); var c = 1; var d = 2', 'a(),b();var c=1,d=2'],
    ['arrows', '(function(){return (x)=>{return x+1}})', '(function(){return y=>y+1})'],
    ['labels', 'o: for (;;) { i: for (;;) { continue o } }', 'p:for(;;)i:for(;;)continue p'],
    ['names of function expressions', '(function f() { g() })', '(function(){g()})'],
    ['empty statements', ';;a();;', 'a()'],
    ['templates without parts', 'f(`a`)', `f('a')`],
  ])('%s', (_, a, b) => {
    same(a, b);
  });
});

describe('other code', () => {
  const literals = (code: string) =>
    nodesOf(code).filter(
      (node) =>
        node.type === 'Literal' &&
        typeof node.value === 'string' &&
        node.value.length > 2 &&
        node.end > node.start + 4,
    );
  test('one letter of one text', () => {
    fc.assert(
      fc.property(anyScript, fc.nat(), (code, which) => {
        const all = literals(code);
        const node = all[which % Math.max(1, all.length)];
        if (node === undefined) return;
        const at = node.start + 2;
        const other = edited(code, [[at, at + 1, code[at] === 'q' ? 'w' : 'q']]);
        expect(printsOf(other).literal).not.toBe(printsOf(code).literal);
        expect(printsOf(other).shape).toBe(printsOf(code).shape);
      }),
      RUNS,
    );
  });
  test('one property', () => {
    fc.assert(
      fc.property(anyScript, fc.nat(), (code, which) => {
        const all = nodesOf(code).filter(
          (node) => node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier',
        );
        const node = all[which % Math.max(1, all.length)];
        if (node?.type !== 'MemberExpression') return;
        const other = edited(code, [[node.property.start, node.property.end, 'steal']]);
        expect(printsOf(other).literal).not.toBe(printsOf(code).literal);
      }),
      RUNS,
    );
  });
  test.each([
    ['another name of the browser', 'alert(d)', 'fetch(d)'],
    ['a local name for one of the browser', '(function(fetch){fetch(1)})', '(function(a){fetch(1)})'],
    ['two names exchanged', '(function(a,b){f(a);g(b)})', '(function(a,b){f(b);g(a)})'],
    ['names other scripts see', 'var a = 1, b = 2', 'var b = 1, a = 2'],
    ['names eval sees', '(function(a){eval(s)})', '(function(b){eval(s)})'],
    ['names with sees', '(function(o,a){with(o)a()})', '(function(o,b){with(o)b()})'],
    ['an operator', 'if (a == b) f()', 'if (a != b) f()'],
    ['a statement more', 'f(a)', 'f(a);f(b)'],
    ['the order', 'f(a);g(a)', 'g(a);f(a)'],
    ['a number', 'f(16)', 'f(17)'],
    ['a pattern', 'f(/a/)', 'f(/b/)'],
    ['texts cut elsewhere', `f('ab', 'c')`, `f('a', 'bc')`],
    ['a text and a list of texts', `f('a', 'b')`, `f(['a', 'b'])`],
    ['a getter', '({ get a() { return 1 } })', '({ set a(v) { return 1 } })'],
    ['async', '(async () => f())', '(() => f())'],
    ['another export', 'export const a = 1', 'export const b = 1'],
    ['another import', 'import { a } from "m"', 'import { b as a } from "m"'],
    ['computed', 'f({ [a]: 1 })', 'f({ a: 1 })'],
    ['strict', '"use strict"; f()', 'f()'],
    ['which loop is left', 'a:for(;;)b:for(;;)break a', 'a:for(;;)b:for(;;)break b'],
    [
      'private names exchanged',
      'class A{#a=1;#b=2;f(){return this.#a}}',
      'class A{#a=1;#b=2;f(){return this.#b}}',
    ],
    ['optional', 'a?.b', 'a.b'],
    ['raw templates', 'String.raw`\\n`', 'String.raw`\n`'],
    ['a lone minus', 'f(-1)', 'f(1)'],
    ['null and undefined', 'f(null)', 'f(void 0)'],
  ])('%s', (_, a, b) => {
    expect(printsOf(a).literal).not.toBe(printsOf(b).literal);
  });
});
