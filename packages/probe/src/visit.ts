import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Artifacts,
  type BlobRef,
  type Blobs,
  type Canary,
  type CheckId,
  canonicalBytes,
  type Failure,
  instant,
  type Journey,
  newId,
  type PaymentPage,
  type Persona,
  type Recording,
  type Shop,
  type ShopId,
  type StepRecord,
  type VisitRole,
} from '@komainu/model';
import type { OpenContext, ProbeBrowser } from './browser/browser.ts';
import { disguise } from './browser/disguise.ts';
import { carryCookies } from './check/fork.ts';
import { joined } from './check/join.ts';
import { ForkLost, type Setting } from './check/setting.ts';
import { aborted, browserGone, timeout } from './failures.ts';
import { inTime } from './in-time.ts';
import { AUTOPILOT, autopilot } from './autopilot/autopilot.ts';
import { chooseCardOf } from './journey/roles.ts';
import { Brake, type Pace, Stop } from './journey/stop.ts';
import { type Ground, walk } from './journey/walk.ts';
import type { Target } from './observe/target.ts';
import { contextOptions, createStage, failedArtifacts, type Stage } from './stage.ts';
import { wellFormed } from './well-formed.ts';
import { leave, leaveFields } from './wind-up.ts';

export interface VisitOptions {
  readonly browser: ProbeBrowser;
  readonly shop: ShopId;
  readonly page: PaymentPage;
  /** Null: open the page, find card fields by what they are called, type, leave them. Nothing is submitted. */
  readonly journey: Journey | null;
  readonly persona: Persona;
  readonly canary: Canary;
  readonly check: CheckId;
  readonly purpose: 'check' | 'proof';
  readonly blobs: Blobs;
  readonly signal: AbortSignal;
  /**
   * Whether it is told which script reads what is typed (`acts`). Left out: in checks, not in proofs. Costs a page some
   * microseconds for each call of a watched native once typing has begun.
   */
  readonly attribution?: boolean;
  /** Milliseconds for the whole visit; 60,000. */
  readonly deadline?: number;
  /** The shop lives in a private network: private and loopback addresses may be spoken to. False when left out. */
  readonly privateNetwork?: boolean;
  /** A header for the shop's own allow-list, sent to the origin of the page and to no other. Left out: none. */
  readonly identify?: Shop['identify'];
}

export interface Visited {
  readonly recording: Recording;
  /** The recording's canonical JSON in the blob store. */
  readonly ref: BlobRef;
  /** What was walked, so that another visit can walk it again: the autopilot's own way where none was given. */
  readonly journey: Journey | null;
}

/** Virtual ms a pinned visit stays after the last field was left. */
const LINGER = 61_000;
/** Kept for looking once more and leaving when the deadline comes. */
const RESERVE = 4_000;

interface Happened {
  readonly failure: Failure | null;
  readonly steps: readonly StepRecord[];
  readonly artifacts: Artifacts;
  readonly product: string;
  /** The way the autopilot found, for a visit without a journey. */
  readonly flown?: Journey | undefined;
  readonly role: VisitRole | undefined;
}

/**
 * One run of a journey in a fresh browser context. Whatever a page does is in the recording, as an artifact or as a
 * failure; rejects only when the blob store does.
 */
export const visit = (options: VisitOptions): Promise<Visited> => conduct(options, {});

/** {@link visit} in its place among the visits of a check. @throws ForkLost */
export async function conduct(options: VisitOptions, setting: Setting): Promise<Visited> {
  const startedAt = instant();
  const id = newId('visit');
  const happened = await look(options, setting);
  const plan = options.journey ?? happened.flown ?? { title: AUTOPILOT, steps: [] };
  const journey = {
    title: plan.title,
    blob: await options.blobs.put(canonicalBytes(wellFormed(plan))),
    ...chooseCardOf(plan),
  };
  const recording: Recording = wellFormed({
    version: 1,
    visit: {
      id,
      check: options.check,
      shop: options.shop,
      page: options.page.id,
      purpose: options.purpose,
      ...(happened.role ? { role: happened.role } : {}),
      url: options.page.url,
      journey,
      persona: options.persona,
      canary: options.canary,
      startedAt,
      endedAt: instant(),
      browser: {
        product: happened.product,
        userAgent: disguise(options.persona, happened.product).userAgent,
      },
    },
    failure: happened.failure,
    steps: happened.steps,
    artifacts: happened.artifacts,
  });
  const ref = await options.blobs.put(canonicalBytes(recording));
  return { recording, ref, journey: plan.steps.length > 0 ? plan : null };
}

async function look(options: VisitOptions, setting: Setting): Promise<Happened> {
  const deadline = options.deadline ?? 60_000;
  let pace: Pace | undefined;
  const brake = new Brake({
    now: () => pace?.now() ?? performance.now(),
    pass: (ms) => pace?.pass(ms) ?? sleep(ms),
  });
  const stop = (): void => brake.pull(aborted());
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  const timer = setTimeout(() => brake.pull(timeout(deadline)), Math.max(1_000, deadline - RESERVE));
  let context: OpenContext | null = null;
  let forget: (() => void) | undefined;
  try {
    const opening = options.browser.open(contextOptions(options), (product, proxy, draws) =>
      createStage(options, setting, { product, proxy, draws }),
    );
    // Opened too late for this visit: closed as soon as it is there.
    opening
      .then((late) => void (brake.signal.aborted && context === null && late.context.close()))
      .catch(() => undefined);
    const opened = await brake.race(opening);
    context = opened.context;
    forget = context.connection.onClosed(() => brake.pull(browserGone()));
    pace = opened.stage.pin?.pace;
    if (setting.fork) await carryCookies(context, setting.fork);
    return await walkAndRecord(options, setting, opened.context, opened.stage, brake, deadline);
  } catch (error) {
    if (error instanceof ForkLost) throw error;
    const reason =
      error instanceof Stop
        ? error.failure
        : browserGone(error instanceof Error ? error.message : String(error));
    return {
      failure: reason,
      steps: [],
      artifacts: failedArtifacts(reason),
      product: '',
      role: setting.role,
    };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', stop);
    await context?.close();
    forget?.();
  }
}

async function walkAndRecord(
  options: VisitOptions,
  setting: Setting,
  context: OpenContext,
  stage: Stage,
  brake: Brake,
  deadline: number,
): Promise<Happened> {
  let steps: readonly StepRecord[] = [];
  let failure: Failure | null = null;
  let flown: Journey | undefined;
  let page: Target | undefined;
  try {
    const walker = await brake.race(context.walker.newPage());
    page = await brake.race(context.watch.firstPage);
    const ground = stage.ground(context, walker, page, brake);
    await windowShown(ground);
    await stage.pin?.start(page);
    if (options.journey && setting.fork)
      ({ steps, failure } = await joined(ground, options.journey, setting.fork));
    else if (options.journey) ({ steps, failure } = await walk(ground, options.journey));
    else ({ steps, failure, journey: flown } = await autopilot(ground, options.page));
    if (brake.signal.aborted) throw brake.signal.reason;
    const whole = failure === null || failure.code.startsWith('step-');
    // A page that goes round in circles has nothing to look at, and gives nobody the time to.
    if (failure?.code !== 'redirect-loop') {
      await brake.race(stage.look('after-typing', page));
      await leaveFields(ground, whole ? 4_000 : 1_000);
      // What waits before it sends has its time now: it costs next to none.
      if (stage.pin && whole) await brake.sleep(LINGER);
      await brake.race(stage.look('end', page));
    }
    await leave(ground, whole && options.purpose === 'check' ? nextPage(options) : null);
  } catch (error) {
    if (error instanceof ForkLost) throw error;
    failure ??=
      error instanceof Stop
        ? error.failure
        : browserGone(error instanceof Error ? error.message : String(error));
    // The deadline, or the caller: what is on the screen now is still worth a look, if it answers.
    page ??= context.watch.targets().find((target) => target.kind === 'page');
    if (page && failure.code !== 'browser' && failure.code !== 'crashed')
      await inTime(stage.look('end', page), Math.min(RESERVE / 2, deadline)).catch(() => undefined);
  }
  return {
    failure: stage.explain(failure),
    steps,
    artifacts: await stage.finish(context.watch.trouble),
    product: context.product,
    flown,
    role: roleOf(setting, stage),
  };
}

const roleOf = ({ role }: Setting, { pin }: Stage): VisitRole | undefined =>
  role?.kind === 'pinned' && pin ? { ...role, unpinned: pin.unpinned() } : role;

/** On a busy machine a window takes a moment to get its size. */
async function windowShown(ground: Ground): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const main = ground.tree.main(ground.page);
    if (main && (await ground.brake.race(ground.sight.look(main, 'shown').catch(() => false)))) return;
    await ground.brake.sleep(25);
  }
}

/** Where a stash would be sent from: the page the journey began on, else the payment page once more. */
function nextPage(options: VisitOptions): string {
  const first = options.journey?.steps.find((step) => step.type === 'navigate');
  if (first?.type !== 'navigate') return options.page.url;
  return first.url.replaceAll('{{origin}}', new URL(options.page.url).origin);
}
