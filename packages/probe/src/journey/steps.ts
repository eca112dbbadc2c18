import { type CardField, type Journey, type Step, type Text, text } from '@komainu/model';
import { failure, fromNetError, httpStatus, stepFailed, stepNotFound } from '../failures.ts';
import type { Frame } from '../observe/frame-tree.ts';
import type { Seen } from '../page/sight.ts';
import { viewOf } from '../page/view.ts';
import { cardFieldOf, fill } from './fill.ts';
import { firstVisible, frameAt, matches, names, type Place, type Selectors, shown } from './resolve.ts';
import { Stop } from './stop.ts';
import type { Ground } from './walk.ts';

type Of<T extends Step['type']> = Extract<Step, { type: T }>;

const NAVIGATION_TIMEOUT = 15_000;
const STEP_TIMEOUT = 5_000;
/** A page at rest this long will not bring the element either. A proof is in a hurry: the shop's money waits. */
const PATIENCE = { check: 2_500, proof: 900 } as const;

/** Forms fetch parts of themselves anew a moment after the last key. Whoever reaches for the card choice is not faster, ms. */
const AFTER_TYPING = 300;
/** A place in the page holds the wrong thing while the right one is still to come: what names it goes first, ms. */
const NAMES_FIRST = 1_500;

/** @throws Stop with the failure of the step */
export async function takeStep(ground: Ground, journey: Journey, step: Step, index: number): Promise<void> {
  const limit = Math.min(step.timeout ?? journey.timeout ?? STEP_TIMEOUT, 30_000);
  switch (step.type) {
    case 'setViewport':
      // Who the visitor seems to be is the persona's business, not the recorder's screen.
      return;
    case 'navigate':
      return navigate(ground, step, index);
    case 'click':
    case 'doubleClick':
      return click(ground, step, index, limit);
    case 'hover': {
      const seen = await wanted(ground, step.selectors, step, index, limit);
      await ground.hands.hover(seen);
      return;
    }
    case 'change':
      return change(ground, step, index, limit);
    case 'keyDown':
      return ground.brake.race(ground.walker.keyboard.down(step.key));
    case 'keyUp':
      return ground.brake.race(ground.walker.keyboard.up(step.key));
    case 'scroll':
      return scroll(ground, step, index, limit);
    case 'waitForElement':
      return waitForElement(ground, step, index, limit);
    case 'waitForExpression':
      return waitForExpression(ground, step, index, limit);
  }
}

async function navigate(ground: Ground, step: Of<'navigate'>, index: number): Promise<void> {
  const url = fill(step.url, ground.filling);
  const started = Date.now();
  const referer = index <= 1 && ground.persona.referrer ? { referer: ground.persona.referrer } : {};
  try {
    const response = await ground.brake.race(
      ground.walker.goto(url, { waitUntil: 'commit', timeout: NAVIGATION_TIMEOUT, ...referer }),
    );
    const status = response?.status() ?? 200;
    if (status >= 400)
      throw new Stop(httpStatus(status, { step: index, url }, response?.headers()['retry-after']));
  } catch (error) {
    if (error instanceof Stop) throw error;
    // A crash, or the end of the browser, is told of a moment later than what it interrupts.
    await ground.brake.sleep(/ERR_ABORTED/.test(String(error)) ? 400 : 60);
    const status = ground.headers.mainStatus();
    // An error without a body has no page: the navigation itself fails.
    if (status && status.at >= started && status.status >= 400)
      throw new Stop(httpStatus(status.status, { step: index, url }, status.retryAfter), { cause: error });
    const words = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const known = fromNetError(words, { step: index, url });
    throw new Stop(
      known ??
        (/Timeout/.test(words)
          ? failure(
              'unreachable',
              text(
                `The address did not answer within ${NAVIGATION_TIMEOUT / 1000} s.`,
                `${NAVIGATION_TIMEOUT / 1000} 秒以内に応答がありませんでした。ショップの状態を確認してください。`,
              ),
              { step: index, url },
            )
          : failure('unreachable', text('The address could not be opened.', 'アドレスを開けませんでした。'), {
              step: index,
              url,
              detail: words,
            })),
      { cause: error },
    );
  }
}

async function click(
  ground: Ground,
  step: Of<'click'> | Of<'doubleClick'>,
  index: number,
  limit: number,
): Promise<void> {
  // Where the card choice was, another way to pay stands once cards are off.
  const named = step.type === 'click' && step.role === 'choose-card' ? step.selectors.filter(names) : [];
  const selectors = named.length > 0 ? named : step.selectors;
  if (step.role === 'choose-card' && ground.purpose === 'check')
    await ground.settling.rest(AFTER_TYPING, limit);
  await reached(ground, selectors, step, index, limit, async (seen) => {
    // A banner that slides away is waited for; after that a person clicks anyway.
    const until = ground.brake.now() + Math.min(limit, 1_200);
    while (!(await ground.hands.onTop(seen)) && ground.brake.now() < until) await ground.brake.sleep(60);
    return ground.hands.click(seen, {
      offset:
        step.offsetX === undefined || step.offsetY === undefined
          ? undefined
          : { x: step.offsetX, y: step.offsetY },
      button: step.button === 'secondary' ? 'right' : step.button === 'auxiliary' ? 'middle' : 'left',
      count: step.type === 'doubleClick' ? 2 : 1,
    });
  });
  await ground.brake.sleep(40);
}

async function change(ground: Ground, step: Of<'change'>, index: number, limit: number): Promise<void> {
  const value = fill(step.value, ground.filling);
  const field = cardFieldOf(step.value);
  if (field !== null) return changeCard(ground, step, field, value, index, limit);
  let chosen = false;
  const seen = await reached(ground, step.selectors, step, index, limit, async (field) => {
    chosen = await ground.sight.of(field, 'select', value);
    return chosen || ground.hands.click(field);
  });
  if (chosen) return;
  const focused = await ground.hands.field();
  if (!focused)
    throw new Stop(
      stepFailed(
        index,
        text(
          `${shown(step.selectors)} does not take the keyboard. Something may lie over it.`,
          `${shown(step.selectors)} に入力できません。何かが重なっている可能性があります。`,
        ),
        { url: seen.frame.url },
      ),
    );
  if (await ground.sight.of(focused, 'filled')) await ground.hands.press('ControlOrMeta+A');
  await ground.hands.enter(value);
}

/** The card goes where a person would type it; when the journey's field is gone, into what took its place. */
async function changeCard(
  ground: Ground,
  step: Of<'change'>,
  field: CardField,
  value: string,
  index: number,
  limit: number,
): Promise<void> {
  await ground.beforeTyping();
  const seen = await wait(ground, step.selectors, step, limit);
  if (seen && (await ground.typist.into(seen, field, value))) return;
  const view = await viewOf(ground.sight, ground.tree, ground.page);
  const others = (await ground.cardFields.see(view, ground.page)).filter((item) => item.field === field);
  const done = await ground.typist.byHint(others.slice(0, 4), ground.filling.canary);
  if (done.has(field)) return;
  if (!seen) throw new Stop(stepNotFound(index, shown(step.selectors), where(ground)));
  throw lost(index, step.selectors);
}

async function scroll(ground: Ground, step: Of<'scroll'>, index: number, limit: number): Promise<void> {
  if (step.selectors) {
    const seen = await wanted(ground, step.selectors, step, index, limit);
    await ground.hands.hover(seen);
  }
  await ground.brake.race(ground.walker.mouse.wheel(step.x ?? 0, step.y ?? 0));
}

async function waitForElement(
  ground: Ground,
  step: Of<'waitForElement'>,
  index: number,
  limit: number,
): Promise<void> {
  const count = step.count ?? 1;
  const compare = (n: number): boolean =>
    step.operator === '==' ? n === count : step.operator === '<=' ? n <= count : n >= count;
  const until = ground.brake.now() + limit;
  for (;;) {
    const frame = frameAt(ground.tree, ground.page, step);
    for (const candidate of candidates(ground, frame, ground.brake.now() - (until - limit) > 500)) {
      const found = await matches(ground.sight, candidate, step.selectors);
      const counted = step.visible === undefined ? found : await filterVisible(ground, found, step.visible);
      if (compare(counted.length)) return;
    }
    if (ground.brake.now() > until || (step.operator !== '<=' && (await idle(ground, until - limit))))
      throw new Stop(stepNotFound(index, shown(step.selectors), where(ground)));
    await ground.brake.sleep(60);
  }
}

async function filterVisible(
  ground: Ground,
  found: readonly Seen[],
  visible: boolean,
): Promise<readonly Seen[]> {
  const flags = await Promise.all(found.map((seen) => ground.sight.of(seen, 'visible').catch(() => false)));
  return found.filter((_, at) => flags[at] === visible);
}

async function waitForExpression(
  ground: Ground,
  step: Of<'waitForExpression'>,
  index: number,
  limit: number,
): Promise<void> {
  const { session } = ground.page;
  const until = ground.brake.now() + limit;
  // Scripts are only kept for a session that has Runtime on; Playwright's has, so the page can tell no difference.
  await session.send('Runtime.enable');
  for (;;) {
    // Compiled first and run by its id: so the record of scripts knows this one is ours, whatever it looks like.
    const { scriptId } = await session.send('Runtime.compileScript', {
      expression: step.expression,
      sourceURL: '',
      persistScript: true,
    });
    if (scriptId) {
      ground.ours(scriptId);
      const { result } = await session.send('Runtime.runScript', {
        scriptId,
        returnByValue: true,
        awaitPromise: true,
      });
      if (result.value) return;
    }
    if (ground.brake.now() > until) throw new Stop(stepNotFound(index, step.expression, where(ground)));
    await ground.brake.sleep(100);
  }
}

/** @throws Stop `step-not-found` */
async function wanted(
  ground: Ground,
  selectors: Selectors,
  place: Place,
  index: number,
  limit: number,
): Promise<Seen> {
  const seen = await wait(ground, selectors, place, limit);
  if (seen) return seen;
  throw new Stop(stepNotFound(index, shown(selectors), where(ground)));
}

/**
 * Finds a visible element and does something with it; what a page replaced in between is looked for again.
 *
 * @param act false: the element is nowhere any more, and nothing was done
 * @throws Stop `step-not-found`, or `step-failed` when it went away again and again
 */
async function reached(
  ground: Ground,
  selectors: Selectors,
  place: Place,
  index: number,
  limit: number,
  act: (seen: Seen) => Promise<boolean>,
): Promise<Seen> {
  const until = ground.brake.now() + limit;
  for (;;) {
    const seen = await wanted(ground, selectors, place, index, limit);
    if (await act(seen)) return seen;
    if (ground.brake.now() > until) throw lost(index, selectors);
    await ground.brake.sleep(50);
  }
}

/**
 * Waits for a visible element: in the frame the step names, then in any; by what names it, then by where it was. The order of frames is that of their coming,
 * which differs from visit to visit where two scripts insert them, and which an attack can change.
 */
async function wait(ground: Ground, selectors: Selectors, place: Place, limit: number): Promise<Seen | null> {
  const started = ground.brake.now();
  const naming = selectors.filter(names);
  for (;;) {
    const frame = frameAt(ground.tree, ground.page, place);
    const passed = ground.brake.now() - started;
    const over = passed > limit || (await idle(ground, started));
    for (const candidate of candidates(ground, frame, passed > 500)) {
      const alternatives = naming.length === 0 || over || passed > NAMES_FIRST ? selectors : naming;
      const { seen } = await ground.brake.race(firstVisible(ground.sight, candidate, alternatives));
      if (seen) return seen;
    }
    if (over) return null;
    await ground.brake.sleep(50);
  }
}

const candidates = (ground: Ground, frame: Frame | null, late: boolean): readonly Frame[] => {
  if (!late) return frame ? [frame] : [];
  return [...(frame ? [frame] : []), ...ground.tree.all().filter((other) => other.id !== frame?.id)];
};

/** The page has been at rest for as long as anybody would wait. */
async function idle(ground: Ground, since: number): Promise<boolean> {
  const patience = PATIENCE[ground.purpose];
  if (ground.brake.now() - since < patience) return false;
  return (await ground.settling.quietFor()) >= patience / 2;
}

const where = (ground: Ground): { readonly url: string } => ({
  url: ground.tree.main(ground.page)?.url ?? '',
});

const lost = (index: number, selectors: Selectors): Stop =>
  new Stop(stepFailed(index, gone(shown(selectors)), {}));
const gone = (what: string): Text =>
  text(
    `${what} went away, or cannot be reached with the mouse. Record the journey again if the page has changed.`,
    `${what} が消えたか、マウスで操作できません。ページが変わった場合は手順を記録し直してください。`,
  );
