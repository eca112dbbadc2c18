import type { PaymentPage, StepRecord } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { judgeCheck, proveHalt } from '../src/index.ts';
import { approval, AT, failure, PAGE, type Parts, recordingOf, REF, store } from './make.ts';

const page = { id: 'payment', url: PAGE } as unknown as PaymentPage;
const step = (index: number, role?: StepRecord['role']): StepRecord => ({
  index,
  type: 'click',
  ...(role === undefined ? {} : { role }),
  at: AT,
  took: 1,
  failure: null,
});
/** The card is chosen at step 4 (index 3) and typed at step 6. */
const STEPS = [step(0), step(1), step(2), step(3, 'choose-card'), step(4), step(5, 'type-card')];
const stopped = (at: number | null, chooseCard?: number): Parts => ({
  visit: {
    purpose: 'proof',
    journey: { title: 'to payment', blob: REF, ...(chooseCard === undefined ? {} : { chooseCard }) },
  },
  cardFields: [],
  steps: STEPS.slice(0, (at ?? 5) + 1).map((one) =>
    chooseCard === undefined && one.role === 'choose-card' ? step(one.index) : one,
  ),
  failure: at === null ? null : failure('step-not-found', { step: at }),
});
const prove = (parts: Parts) => proveHalt({ recording: recordingOf(parts), page });
const broken = (parts: Parts) =>
  judgeCheck({
    recordings: [{ ref: REF, recording: recordingOf(parts) }],
    baseline: approval(),
    bodies: store().bodies,
  }).findings.some(({ detector }) => detector === 'journey-broken');

describe('a journey that marks the step which chooses the card', () => {
  test.each([3, 5])('finding nothing at step index %i is a proof', (at) => {
    expect(prove(stopped(at, 3))).toMatchObject({ proved: true });
    expect(prove(stopped(at, 3)).reason.en).not.toContain('choose-card');
    expect(broken(stopped(at, 3))).toBe(false);
  });
  test.each([1, 4])('at step index %i it is none, and the sentence names both steps', (at) => {
    const { proved, reason, findings } = prove(stopped(at, 3));
    expect(proved).toBe(false);
    expect(findings[0]).toMatchObject({ grade: 'unobserved' });
    expect(reason.en).toContain(`stopped at step ${at + 1}, but the card is chosen at step 4`);
    expect(reason.ja).toContain(`手順${at + 1}`);
    expect(broken(stopped(at, 3))).toBe(true);
  });
  test('walked to its end without a card field: the card could still be chosen', () => {
    expect(prove(stopped(null, 3))).toMatchObject({ proved: false });
    expect(prove(stopped(null, 3)).reason.en).toContain('still be chosen at step 4');
  });
});

describe('a journey without a mark', () => {
  test('any step is taken, and the reason says what would be stronger', () => {
    expect(prove(stopped(1))).toMatchObject({ proved: true });
    expect(prove(stopped(1)).reason.en).toContain('role: choose-card');
    expect(prove(stopped(1)).reason.ja).toContain('より確か');
    expect(broken(stopped(1))).toBe(false);
  });
  test('a step that types the card is as good as a mark', () => {
    expect(prove(stopped(5)).reason.en).not.toContain('choose-card');
  });
});
