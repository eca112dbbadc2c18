import { Judgement, type WireMessage } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { inDoubt, judgeCheck, type Visited } from '../src/index.ts';
import {
  approval,
  CARDS,
  type Card,
  free,
  message,
  PSP,
  pinned,
  post,
  SHOP,
  type Store,
  store,
} from './make.ts';

const EVIL = 'https://stats.evil.test';

type Page = (card: Card, round: number, kept: Store, who: 'a' | 'b') => readonly WireMessage[];

/** The pinned visits of a page, after two free ones. */
function visitsTo(page: Page, kept: Store, rounds = 2): readonly Visited[] {
  const all: Visited[] = [free('low'), free('high')];
  for (let round = 1; round <= rounds; round++)
    for (const who of ['a', 'b'] as const)
      all.push(pinned(who, round, { wire: page(CARDS[who], round, kept, who) }));
  return all;
}
function judged(page: Page, rounds = 2, baseline: ReturnType<typeof approval> | null = approval()) {
  const kept = store();
  const recordings = visitsTo(page, kept, rounds);
  const judgement = judgeCheck({ recordings, baseline, bodies: kept.bodies });
  expect(Judgement.parse(judgement)).toEqual(judgement);
  return {
    judgement,
    found: judgement.findings.filter(({ detector }) => detector === 'depends-on-card'),
    doubt: inDoubt({ recordings, baseline, bodies: kept.bodies }),
  };
}

/** Ciphertext to all appearances; the same for the same card. */
const sealed = ({ number }: Card): string =>
  Buffer.from(Array.from(number, (d, i) => (d.charCodeAt(0) * 7 + i * 31) ^ (0x5a + i * 13))).toString('hex');

describe('depends-on-card', () => {
  test('nothing differs: nothing is said, and no doubt is left', () => {
    const { found, doubt } = judged((_card, _round, kept) => [
      message(`${SHOP}/app.js`),
      post(kept, `${SHOP}/events`, '{"n":1}'),
    ]);
    expect(found).toEqual([]);
    expect(doubt).toBe(false);
  });
  test('the approved payment call with the card in plain sight is quiet', () => {
    const { found, doubt } = judged((card, _round, kept) => [
      post(kept, `${PSP}/tokens`, JSON.stringify({ number: card.number, cvc: card.code })),
    ]);
    expect(found).toEqual([]);
    expect(doubt).toBe(false);
  });
  test('a ciphertext that follows the card: in doubt after one pair, proved after two', () => {
    const page: Page = (card, _round, kept) => [
      post(kept, `${EVIL}/c`, JSON.stringify({ v: 1, d: sealed(card) })),
    ];
    expect(judged(page, 1)).toMatchObject({ doubt: true, found: [{ grade: 'unobserved' }] });
    const { found, doubt } = judged(page, 2);
    expect(doubt).toBe(false);
    expect(found).toMatchObject([
      {
        grade: 'tampered',
        severity: 'critical',
        confidence: 'certain',
        key: `depends-on-card:POST ${EVIL}/c`,
        difference: { kind: 'value', message: `POST ${EVIL}/c`, part: 'body /d' },
      },
    ]);
    expect(found[0]?.difference?.a.pointer).toBe('/artifacts/wire/value/0');
    expect(found[0]?.difference?.a.text).not.toBe(found[0]?.difference?.b.text);
  });
});
