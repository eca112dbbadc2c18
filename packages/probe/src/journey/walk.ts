import {
  type Failure,
  instant,
  type Journey,
  type Persona,
  type Step,
  type StepRecord,
  text,
} from '@komainu/model';
import type { Page } from 'playwright-core';
import { clip, failure, fromNetError, httpStatus, neverSettled, stepFailed } from '../failures.ts';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Sight } from '../page/sight.ts';
import type { CardFieldsWitness } from '../witness/card-fields.ts';
import type { HeadersWitness } from '../witness/headers.ts';
import type { CardTypist } from './card.ts';
import type { Filling } from './fill.ts';
import type { Hands } from './hands.ts';
import { roleOf } from './roles.ts';
import type { Settling } from './settle.ts';
import { takeStep } from './steps.ts';
import { type Brake, Stop } from './stop.ts';

/** What a walk needs of its visit. */
export interface Ground {
  readonly walker: Page;
  readonly page: Target;
  readonly tree: FrameTree;
  readonly sight: Sight;
  readonly hands: Hands;
  readonly typist: CardTypist;
  readonly settling: Settling;
  readonly headers: HeadersWitness;
  readonly cardFields: CardFieldsWitness;
  readonly brake: Brake;
  readonly filling: Filling;
  readonly persona: Persona;
  readonly purpose: 'check' | 'proof';
  /** Looks at the page before the first card value is typed. */
  beforeTyping(): Promise<void>;
  /** A step of the journey begins. */
  stepping(index: number): void;
  /** A script compiled by the probe itself: not the page's. */
  ours(scriptId: string): void;
  /** How many payment calls the probe has answered: a page's complaint about that is no failure to reach it. */
  answered(): number;
  /** Makes frames of other processes leave first, while they can be watched. */
  leaveFrames(): Promise<void>;
  /** The newest navigation of the main frame that failed, with the browser's words. */
  failedNavigation(): { readonly at: number; readonly url: string; readonly error: string } | null;
}

export interface Walked {
  readonly steps: readonly StepRecord[];
  /** What ended it before its end, or made what was seen doubtful. */
  readonly failure: Failure | null;
}

/** Longest wait for a page to come to rest; after the first time it never did, less. */
const SETTLE_CAP = 8_000;

/** Walks the steps in order, from step `from` on; the first one that fails ends the walk. Never throws for what a page does. */
export async function walk(ground: Ground, journey: Journey, from = 0): Promise<Walked> {
  const steps: StepRecord[] = [];
  let doubt: Failure | null = null;
  for (const [index, step] of journey.steps.entries()) {
    if (index < from) continue;
    const walked = await walkStep(ground, journey, step, index, doubt !== null);
    doubt ??= walked.doubt;
    steps.push(walked.record);
    if (walked.record.failure) return { steps, failure: walked.record.failure };
  }
  return { steps, failure: doubt };
}

/** One step of a journey, with what makes the rest doubtful: the page never came to rest. Never throws. */
export async function walkStep(
  ground: Ground,
  journey: Journey,
  step: Step,
  index: number,
  doubted: boolean,
): Promise<{ readonly record: StepRecord; readonly doubt: Failure | null }> {
  ground.stepping(index);
  const at = instant();
  const started = performance.now();
  const role = roleOf(step);
  let failed: Failure | null = null;
  let doubt: Failure | null = null;
  try {
    doubt = await runStep(ground, journey, step, index, doubted);
  } catch (error) {
    failed = await interrupted(ground, error, index);
  }
  const record: StepRecord = {
    index,
    type: step.type,
    ...(role === null ? {} : { role }),
    at,
    took: Math.round(performance.now() - started),
    failure: failed,
  };
  return { record, doubt };
}

/** Gives a doubt to go on with: the page never came to rest. */
async function runStep(
  ground: Ground,
  journey: Journey,
  step: Step,
  index: number,
  doubted: boolean,
): Promise<Failure | null> {
  const started = Date.now();
  const before = ground.tree.navigations();
  const answered = ground.answered();
  await takeStep(ground, journey, step, index);
  if (QUIET[step.type] === undefined) return null;
  const navigates = (step.assertedEvents ?? []).some(
    (event) => (event as { type?: unknown } | null)?.type === 'navigation',
  );
  if (navigates && step.type !== 'navigate') await navigation(ground, before, answered);
  const rest = await ground.settling.rest(QUIET[step.type] ?? 100, doubted ? 1_500 : SETTLE_CAP);
  const url = ground.tree.main(ground.page)?.url ?? '';
  if (rest === 'redirect-loop')
    throw new Stop(
      failure(
        'redirect-loop',
        text(
          'The page sends itself on without end. Open it in a private window and look where it goes round.',
          'ページが際限なく移動を繰り返します。シークレットウィンドウで開き、どこで循環しているか確認してください。',
        ),
        { step: index, url },
      ),
    );
  arrived(ground, started, index, answered);
  return rest === 'never-settled' ? neverSettled({ step: index, url }) : null;
}

/**
 * Steps after which a page may load something, and how long it must be quiet before the next, ms. After typing a
 * moment is enough: what the next step needs it waits for itself.
 */
const QUIET: Readonly<Partial<Record<Step['type'], number>>> = {
  navigate: 120,
  click: 90,
  doubleClick: 90,
  keyDown: 60,
  change: 20,
};

/** Recorder saw a navigation here: wait for it, unless the probe's own answer took its place. */
async function navigation(ground: Ground, before: number, answered: number): Promise<void> {
  const until = ground.brake.now() + 4_000;
  while (ground.tree.navigations() === before && ground.answered() === answered && ground.brake.now() < until)
    await ground.brake.sleep(30);
}

/** @throws Stop when the document this step led to is an error */
function arrived(ground: Ground, started: number, step: number, answered: number): void {
  const failed = ground.failedNavigation();
  if (failed && failed.at >= started) {
    const known = fromNetError(failed.error, { step, url: failed.url });
    if (known) throw new Stop(known);
  }
  const status = ground.headers.mainStatus();
  if (status && status.at >= started && status.status >= 400 && ground.answered() === answered)
    throw new Stop(httpStatus(status.status, { step, url: status.url }, status.retryAfter));
}

/** A crash, or the end of the browser, is told of a moment later than what it interrupts. */
export async function interrupted(ground: Ground, error: unknown, step: number): Promise<Failure> {
  try {
    if (!(error instanceof Stop)) await ground.brake.sleep(60);
    return failureOf(error, step);
  } catch (brake) {
    return failureOf(brake, step);
  }
}

/** What a step threw, as a value for people. */
function failureOf(error: unknown, step: number): Failure {
  if (error instanceof Stop)
    return error.failure.step === undefined ? { ...error.failure, step } : error.failure;
  const words = error instanceof Error ? error.message : String(error);
  return (
    fromNetError(words, { step }) ??
    stepFailed(step, text('The browser could not carry it out.', 'ブラウザーで実行できませんでした。'), {
      detail: clip(words, 500),
    })
  );
}
