import { describe, expect, test } from 'vitest';
import { inDoubt, judgeCheck } from '../src/index.ts';
import { cardField, failure, free, message, type Parts, PSP, pinned, post, SHOP, store } from './make.ts';

import { EVIL, STATS, type Page, visitsTo, baseline, judged, sealed, random, later } from './differ-pages.ts';

describe('depends-on-card: honest neighbours', () => {
  test.each<readonly [string, Page]>([
    [
      'nothing differs',
      (_card, kept) => [message(`${SHOP}/app.js`), post(kept, `${SHOP}/events`, '{"n":1}')],
    ],
    [
      'the approved payment call in plain sight',
      (card, kept) => [
        post(
          kept,
          `${PSP}/tokens`,
          JSON.stringify({ number: card.number, cvc: card.code, exp: card.expiry }),
        ),
      ],
    ],
    [
      "the approved payment call encrypted by the provider's script",
      (card, kept) => [post(kept, `${PSP}/tokens`, JSON.stringify({ enc: sealed(JSON.stringify(card)) }))],
    ],
    [
      'analytics with random ids and an unload beacon',
      (_card, kept, visit) => [
        message(`${STATS}/collect?cid=${random(`c${visit}`).slice(0, 20)}&z=${visit * 7919}`),
        post(
          kept,
          `${STATS}/collect`,
          JSON.stringify({ sid: random(`s${visit}`), t: 1_700_000_000 + visit }),
          {
            resource: 'ping',
          },
        ),
      ],
    ],
    [
      'rotating tokens',
      (_card, _kept, visit) => [
        message(`${SHOP}/api/cart`, { headers: [['X-CSRF-Token', random(`t${visit}`)]] }),
      ],
    ],
    [
      'a heartbeat that beats more or less often',
      (_card, kept, visit) =>
        Array.from({ length: 2 + (visit % 3) }, (_, i) =>
          post(kept, `${STATS}/beat`, JSON.stringify({ n: i })),
        ),
    ],
    ['a BIN lookup at the provider', (card) => [message(`${PSP}/bins?bin=${card.number.slice(0, 6)}`)]],
    [
      'web vitals',
      (_card, kept, visit) => [
        post(
          kept,
          `${STATS}/vitals`,
          JSON.stringify({
            lcp: 812 + ((visit * 37) % 91),
            inp: 16 + 8 * (visit % 3),
            rating: visit % 3 ? 'good' : 'fair',
          }),
        ),
      ],
    ],
    [
      'an A/B test',
      (_card, _kept, visit) => [message(`${STATS}/exp?v=${visit % 3 ? 'control' : 'treatment'}`)],
    ],
    [
      'a session replay that masks what is typed',
      (card, kept, visit) => [
        post(
          kept,
          `${STATS}/replay`,
          JSON.stringify({ s: random(`r${visit}`), input: '*'.repeat(card.number.length) }),
        ),
      ],
    ],
    [
      'a captcha: a blob nobody can read, another one every time',
      (_card, kept, visit) => [post(kept, `${STATS}/verify`, random(`x${visit}`) + random(`y${visit}`))],
    ],
    [
      'pixels of an auction: as many as there are bidders, racing',
      (_card, _kept, visit) =>
        Array.from({ length: (visit * 5) % 4 }, (_, i) => message(`${STATS}/px?b=${(i * 7 + visit) % 5}`)),
    ],
  ])('%s: quiet', (_, page) => {
    const { found } = judged(page, { rounds: 3 });
    expect(found).toEqual([]);
  });

  test('one message that overtakes twelve others is one, not twelve', () => {
    const page: Page = (_card, _kept, _visit, who) =>
      Array.from({ length: 14 }, (_, i) =>
        message(`${STATS}/${String.fromCharCode(97 + i)}`, { at: later(i) }),
      ).toSorted((x, y) =>
        who === 'b' && x.url.endsWith('/b') ? 1 : who === 'b' && y.url.endsWith('/b') ? -1 : 0,
      );
    expect(judged(page).doubt).toBe(true);
    expect(judged(page, { rounds: 3 }).found).toEqual([]);
    const elsewhere: Page = (...all) =>
      page(...all).map((one) => ({ ...one, url: one.url.replace(STATS, EVIL) }));
    expect(judged(elsewhere, { rounds: 3 }).found).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });

  test('one late timer moves every time stamp after it: one accident, though it fell with the cards', () => {
    const page: Page = (_card, kept, _visit, who) => [
      post(
        kept,
        `${STATS}/replay`,
        JSON.stringify(
          Array.from({ length: 80 }, (_, i) => ['m', 100 + 17 * i + (who === 'b' && i > 20 ? 3 : 0)]),
        ),
      ),
    ];
    expect(judged(page).found.every(({ grade }) => grade === 'changed')).toBe(true);
    expect(judged(page, { rounds: 3 }).found).toEqual([]);
  });

  test('a batch that is cut one event earlier says the same', () => {
    const page: Page = (_card, kept, _visit, who) => {
      const events = Array.from({ length: 40 }, (_, i) => ['m', 100 + 17 * i, [i * 31, i * 7]]);
      const cut = who === 'a' ? 20 : 19;
      return [events.slice(0, cut), events.slice(cut)].map((one) =>
        post(kept, `${STATS}/replay`, JSON.stringify(one)),
      );
    };
    expect(judged(page, { rounds: 1 })).toMatchObject({ doubt: false, found: [] });
  });

  test('what races is in doubt after one pair, and no more after two', () => {
    const page: Page = (_card, kept, visit) => [post(kept, `${STATS}/c`, random(`${visit}`))];
    expect(judged(page, { rounds: 1 })).toMatchObject({ doubt: true, found: [{ grade: 'unobserved' }] });
    expect(judged(page)).toMatchObject({ doubt: false, found: [] });
  });

  test('a request that was answered from the tape has no cookies: that is no difference', () => {
    const page: Page = (_card, _kept, visit) => [
      message(`${SHOP}/api/cart`, {
        headers:
          visit === 2
            ? [
                ['Accept', '*/*'],
                ['Accept-Encoding', 'gzip'],
                ['Accept-Language', 'ja'],
                ['Cookie', 'sid=1; cart=2'],
              ]
            : [['Accept', '*/*']],
      }),
    ];
    expect(judged(page, { rounds: 1 })).toMatchObject({ doubt: false, found: [] });
  });

  test('a runner that adds a pair to its list is answered anew', () => {
    const kept = store();
    const all = visitsTo((card, into) => [post(into, `${EVIL}/c`, sealed(card.number))], kept, 2);
    const recordings = all.slice(0, 4);
    expect(inDoubt({ recordings, baseline, bodies: kept.bodies })).toBe(true);
    recordings.push(...all.slice(4));
    expect(inDoubt({ recordings, baseline, bodies: kept.bodies })).toBe(false);
  });

  test('old recordings without a role, and a check of one visit, are judged as before', () => {
    const kept = store();
    for (const recordings of [[free('low')], [{ ...free('low'), recording: pinned('a', 1).recording }]])
      expect(
        judgeCheck({ recordings, baseline, bodies: kept.bodies }).findings.filter(
          ({ detector }) => detector === 'depends-on-card',
        ),
      ).toEqual([]);
  });

  test.each<readonly [string, Parts]>([
    ['failed on its way', { failure: failure('timeout') }],
    ['typed nothing', { cardFields: [cardField('number', PSP, { typedAt: null })] }],
    ['did not see the wire', { failed: ['wire'] }],
  ])('a pinned visit that %s: not proved, never clean', (_, parts) => {
    const kept = store();
    const recordings = [free('low'), free('high'), pinned('a', 1), pinned('b', 1, parts)];
    const { findings, verdict } = judgeCheck({ recordings, baseline, bodies: kept.bodies });
    expect(verdict.kind).toBe('not-fully-observed');
    expect(findings.map(({ key }) => key)).toContain('depends-on-card:not-proved');
    expect(inDoubt({ recordings, baseline, bodies: kept.bodies })).toBe(false);
  });

  test('pinned visits say nothing of headers or of how they got there', () => {
    const kept = store();
    const recordings = [
      free('low'),
      free('high'),
      pinned('a', 1, { headers: [] }),
      pinned('b', 1, { headers: [] }),
    ];
    expect(judgeCheck({ recordings, baseline, bodies: kept.bodies }).verdict.kind).toBe('clean');
  });
});
