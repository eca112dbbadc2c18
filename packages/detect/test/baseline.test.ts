import { Baseline, canonicalJson, type PaymentPage } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import {
  bodiesOfBaseline,
  bodiesOfRecording,
  bodiesOfReport,
  draftBaseline,
  judgeCheck,
  proveHalt,
} from '../src/index.ts';
import {
  AT,
  added,
  by,
  cardField,
  documents,
  failure,
  form,
  frame,
  frames,
  message,
  NUMBER,
  PAGE,
  type Parts,
  PSP,
  payment,
  post,
  REF,
  REF2,
  recordingOf,
  report,
  SHOP,
  type Store,
  script,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';

function visited(kept: Store, more: Parts = {}) {
  return recordingOf({
    ...more,
    scripts: [
      script(kept, `${SHOP}/app.js?v=7`, 'pay()'),
      script(kept, null, 'boot()'),
      script(kept, `${PSP}/fields.js`, 'fields()', { frameUrl: `${PSP}/fields` }),
      ...(more.scripts ?? []),
    ],
    wire: [message(`${SHOP}/app.js?v=7`), message('data:text/css,x'), payment(kept), ...(more.wire ?? [])],
  });
}
const draft = (kept: Store, parts: Parts = {}, more: Partial<Parameters<typeof draftBaseline>[0]> = {}) =>
  draftBaseline({
    ref: REF,
    recording: visited(kept, parts),
    approvedBy: 'Sato',
    approvedAt: AT,
    bodies: kept.bodies,
    ...more,
  });

describe('draftBaseline', () => {
  test('what it drafts from a clean visit makes the same visit, and the next, clean', () => {
    const kept = store();
    const { baseline, warnings } = draft(kept);
    expect(Baseline.parse(baseline)).toEqual(baseline);
    expect(warnings).toEqual([]);
    expect(baseline.destinations).toEqual([
      {
        origin: PSP,
        cards: [{ method: 'POST', path: '/tokens', fields: ['number', 'expiry', 'code'] }],
        owner: null,
        justification: null,
      },
      { origin: SHOP, cards: [], owner: null, justification: null },
    ]);
    expect(baseline.scripts.map(({ where }) => where)).toEqual([
      `${SHOP}/app.js`,
      `inline:${PAGE}`,
      `${PSP}/fields.js`,
    ]);
    expect(baseline.headers.find(({ name }) => name === 'content-security-policy')?.values[0]).toContain(
      "'nonce-{{nonce}}'",
    );
    const next = documents({
      headers: documents().headers.map(([name, value]): [string, string] => [
        name,
        value.replace('nonce-abc', 'nonce-Zq8'),
      ]),
    });
    const again = judgeCheck({
      recordings: [{ ref: REF2, recording: visited(kept, { headers: [next] }) }],
      baseline: { ref: REF, baseline },
      bodies: kept.bodies,
    });
    expect(again.verdict.kind).toBe('clean');
  });

  test('owners are written by origin, also for inline code', () => {
    const kept = store();
    const shop = { owner: 'Web team', justification: 'our shop' };
    const { baseline } = draft(kept, {}, { owners: { [SHOP]: shop } });
    for (const entry of [baseline.scripts[0], baseline.scripts[1], baseline.destinations[1]])
      expect(entry).toMatchObject(shop);
    expect(baseline.scripts[2]).toMatchObject({ owner: null });
  });

  test('a leak present at approval is warned of and not approved: neither its destination nor its script', () => {
    const kept = store();
    const skimmer = script(kept, `${EVIL}/t.js`, 'steal()');
    const leak = post(kept, `${EVIL}/c`, btoa(NUMBER), {
      initiator: by(`${EVIL}/t.js`),
      outcome: { kind: 'response', status: 204, mime: '' },
    });
    const { baseline, warnings } = draft(kept, { scripts: [skimmer], wire: [leak] });
    expect(warnings[0]).toMatchObject({ detector: 'canary-on-wire', grade: 'tampered' });
    expect(baseline.destinations.map(({ origin }) => origin)).toEqual([PSP, SHOP]);
    expect(baseline.scripts.map(({ where }) => where)).not.toContain(`${EVIL}/t.js`);
    expect(warnings.map(({ detector }) => detector)).toEqual(
      expect.arrayContaining(['unapproved-script', 'unapproved-destination']),
    );
  });

  test.each([
    [
      'disguised, though answered',
      (kept: Store) => post(kept, `${EVIL}/c`, btoa(NUMBER), { outcome: { kind: 'answered', status: 402 } }),
    ],
    ['plain, but not a payment call', (kept: Store) => post(kept, `${EVIL}/c`, NUMBER)],
    ["relayed by the shop's own server", (kept: Store) => post(kept, `${SHOP}/log`, NUMBER)],
  ])('%s: never granted', (_, make) => {
    const kept = store();
    const { baseline, warnings } = draft(kept, { wire: [make(kept)] });
    expect(baseline.destinations.flatMap(({ cards }) => cards)).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ detector: 'canary-on-wire', grade: 'tampered' });
  });

  test('what was not observed is warned of', () => {
    expect(draft(store(), { failed: ['forms'] }).warnings[0]).toMatchObject({ grade: 'unobserved' });
  });

  test('other visits of the check add what only they saw', () => {
    const kept = store();
    const other = visited(kept, {
      scripts: [script(kept, `${SHOP}/mobile.js`, 'm()')],
      frames: [...frames, frame('https://chat.test/w')],
    });
    const { baseline, warnings } = draft(kept, {}, { others: [other] });
    expect(warnings).toEqual([]);
    expect(baseline.frames).toContain('https://chat.test/w');
    const judged = judgeCheck({
      recordings: [{ ref: REF2, recording: other }],
      baseline: { ref: REF, baseline },
      bodies: kept.bodies,
    });
    expect(judged.verdict.kind).toBe('clean');
  });

  test('the same visit drafts the same bytes', () => {
    const kept = store();
    expect(canonicalJson(draft(kept))).toBe(canonicalJson(draft(kept)));
  });
});

test('what to load: scripts, messages, approved bodies, files before and after; each once', () => {
  const kept = store();
  const recording = visited(kept);
  expect(new Set(bodiesOfRecording(recording)).size).toBe(4);
  expect(bodiesOfRecording(recordingOf({ failed: ['scripts', 'wire'] }))).toEqual([]);
  expect(bodiesOfBaseline(draft(kept).baseline)).toHaveLength(3);
  expect(bodiesOfReport(report([added(kept, 'a', 'x'), added(kept, 'b', 'x')]))).toHaveLength(1);
});

describe('proveHalt', () => {
  const page = {
    id: 'payment',
    url: PAGE,
    journey: 'j.json',
    paymentCalls: [],
    neverCall: [],
    everySeconds: 300,
  } as unknown as PaymentPage;
  const shut: Parts = {
    visit: { purpose: 'proof' },
    cardFields: [],
    failure: failure('step-not-found', { step: 5 }),
  };
  const prove = (parts: Parts) => proveHalt({ recording: recordingOf({ ...shut, ...parts }), page });

  test('the page was reached and offers nowhere to type a card', () => {
    expect(prove({})).toMatchObject({ proved: true, findings: [] });
    expect(prove({ failure: null })).toMatchObject({ proved: true });
  });

  const hiddenCard = form(`${SHOP}/order`, {
    fields: [{ name: 'n', type: 'tel', autocomplete: '', label: '', visible: false, card: 'number' }],
  });
  const openCard = form(`${SHOP}/order`, {
    fields: [{ name: 'n', type: 'tel', autocomplete: '', label: '', visible: true, card: 'number' }],
  });

  test('a hidden field cannot be reached', () => {
    expect(prove({ forms: [hiddenCard] }).proved).toBe(true);
  });

  test.each<readonly [string, Parts, string]>([
    [
      'unreachable',
      { headers: [], frames: [], forms: [], failure: failure('unreachable', { step: 0 }) },
      'unobserved',
    ],
    ['unreachable, with no failure said', { headers: [], frames: [], forms: [] }, 'unobserved'],
    ['an error page', { headers: [documents({ status: 503 })] }, 'unobserved'],
    ['another page', { headers: [documents({ url: `${SHOP}/cart` })] }, 'unobserved'],
    ['reached, then led away', { headers: [documents(), documents({ url: `${SHOP}/login` })] }, 'unobserved'],
    [
      'only a frame has the address',
      { headers: [documents({ url: `${SHOP}/` }), documents({ main: false })] },
      'unobserved',
    ],
    ['there, then down', { headers: [documents(), documents({ status: 503 })] }, 'unobserved'],
    [
      'down, while a pop-up shows the address',
      { headers: [documents({ status: 503 }), documents()] },
      'unobserved',
    ],
    [
      'a pop-up has the address, the page itself is elsewhere',
      {
        headers: [documents({ url: `${SHOP}/cart` }), documents()],
        frames: [frame(`${SHOP}/cart`, { parent: null })],
      },
      'unobserved',
    ],
    [
      'the page was seen elsewhere too',
      { frames: [...frames, frame(`${SHOP}/cart`, { parent: null })] },
      'unobserved',
    ],
    ['only an inner frame is seen there', { frames: [frame(PAGE)] }, 'unobserved'],
    ['no frame seen', { frames: [] }, 'unobserved'],
    [
      'another host of the same path',
      { headers: [documents({ url: PAGE.replace('shop', 'www.shop') })] },
      'unobserved',
    ],
    ['a card field is there', { cardFields: [cardField('number', PSP, { typedAt: null })] }, 'tampered'],
    ['a card was typed', { cardFields: [cardField('number')] }, 'tampered'],
    ['a form asks for a card', { forms: [openCard] }, 'tampered'],
    ['card fields not observed', { failed: ['cardFields'] }, 'unobserved'],
    ['frames not observed', { failed: ['frames'] }, 'unobserved'],
    ['forms not observed', { failed: ['forms'] }, 'unobserved'],
    ['responses not observed', { failed: ['headers'] }, 'unobserved'],
    ['card fields with a gap', { gaps: { cardFields: [failure('target-lost')] } }, 'unobserved'],
    ['frames with a gap', { gaps: { frames: [failure('limit')] } }, 'unobserved'],
    ['never settled', { failure: failure('never-settled') }, 'unobserved'],
    ['the tab crashed', { failure: failure('crashed', { step: 5 }) }, 'unobserved'],
    ['out of time', { failure: failure('timeout', { step: 5 }) }, 'unobserved'],
    [
      'the card choice went away under the mouse',
      { failure: failure('step-failed', { step: 5 }) },
      'unobserved',
    ],
    ['a check, not a proof', { visit: { purpose: 'check' } }, 'unobserved'],
    ['a proof of another page', { visit: { purpose: 'proof', page: 'other' as never } }, 'unobserved'],
  ])('not proved: %s', (_, parts, grade) => {
    const proof = prove(parts);
    expect(proof.proved).toBe(false);
    expect(proof.findings[0]?.grade).toBe(grade);
    expect(proof.reason.ja).toMatch(/[。ん]/);
  });
});
