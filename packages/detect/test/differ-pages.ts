import { createCipheriv, createHash } from 'node:crypto';
import { type Instant, Judgement, type WireMessage } from '@komainu/model';
import { expect } from 'vitest';
import { dependsOnCard } from '../src/detectors/depends-on-card.ts';
import { inDoubt, judgeCheck, type Visited } from '../src/index.ts';
import { approval, CARDS, type Card, canary, free, type Parts, pinned, type Store, store } from './make.ts';

export const EVIL = 'https://stats.evil.test';
export const STATS = 'https://analytics.test';

/** What the page sends of a card in one visit; `visit` counts them, so that something can differ in each. */
export type Page = (card: Card, kept: Store, visit: number, who: 'a' | 'b') => readonly WireMessage[];

export const OTHER: Card = { number: '5370104428190037', expiry: '08/30', code: '551', holder: 'MIKA ONO' };

export function visitsTo(page: Page, kept: Store, rounds: number, more: Parts = {}): readonly Visited[] {
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
export const baseline = approval({
  destinations: [
    ...approval().baseline.destinations,
    { origin: STATS, cards: [], owner: null, justification: null },
  ],
});

export interface Options {
  readonly rounds?: number;
  readonly approved?: ReturnType<typeof approval> | null;
  readonly more?: Parts;
}
export function judged(page: Page, { rounds = 2, approved = baseline, more = {} }: Options = {}) {
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
export function detected(page: Page, rounds = 2) {
  const kept = store();
  const recordings = visitsTo(page, kept, rounds);
  return dependsOnCard.detect(recordings, { baseline: baseline.baseline, bodies: kept.bodies });
}

/** Real ciphertext, the same for the same card: as under a pinned source of chance. */
export const sealed = (text: string, encoding: 'base64' | 'hex' = 'base64'): string => {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16, 9));
  return Buffer.concat([cipher.update(text), cipher.final()]).toString(encoding);
};
/** Another one every time. */
export const random = (seed: string): string => createHash('sha256').update(seed).digest('base64');
export const later = (ms: number): Instant =>
  new Date(Date.parse('2026-11-22T12:00:00.000Z') + ms).toISOString() as Instant;
