import {
  type Failure,
  type Journey,
  type PaymentPage,
  type Step,
  type StepRecord,
  text,
} from '@komainu/model';
import { failure } from '../failures.ts';
import { interrupted, type Ground, type Walked, walkStep } from '../journey/walk.ts';
import { viewOf } from '../page/view.ts';
import type { Reachable } from '../witness/card-fields.ts';
import { cardValue } from './card.ts';
import { type Action, decide, type Why } from './decide.ts';
import { elementAt, lookAround, nameOf } from './eye.ts';
import { keyOf, type Memory, noted, START, triedOf } from './memory.ts';
import { obstacleOf } from './obstacles.ts';
import type { Control, Scene } from './scene.ts';
import { type Entry, entriesFor, isOwnLine } from './values.ts';
import { CART_EMPTY } from './words.ts';

/** A walk that found its own way, with the journey that walks it again. */
export interface Flown extends Walked {
  readonly journey: Journey;
}

export const AUTOPILOT = 'Autopilot: to where the card is typed';
const MAX_TURNS = 40;
const MAX_CARD_FIELDS = 12;
/** A page at rest for this long is read, ms; one that never rests, after the second. */
const CALM = 250;
const CALM_CAP = 3_000;
const SECOND_LOOK = 600;
/** How long hosted fields may take to come after the card was chosen, ms. */
const FIELDS = 3_000;

/**
 * Reaches the payment step without a recording: from a product, a cart, a checkout or the front page. Places no order,
 * solves no challenge, stops where a shop asks for patience. Never throws for what a page does.
 */
export async function autopilot(ground: Ground, page: PaymentPage): Promise<Flown> {
  const flight = createFlight(ground);
  const end = (why: Failure | null): Flown => ({
    steps: flight.records,
    failure: why === null ? flight.doubt() : { step: flight.records.length, ...why },
    journey: { title: AUTOPILOT, steps: flight.steps },
  });
  const opened = await flight.take({ type: 'navigate', url: withOrigin(page.url, ground.filling.origin) });
  if (opened) return end(opened);
  try {
    return end(await fly(ground, page, flight));
  } catch (error) {
    return end(await interrupted(ground, error, flight.records.length));
  }
}

async function fly(ground: Ground, page: PaymentPage, flight: Flight): Promise<Failure | null> {
  let memory: Memory = START;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    let view = await consider(ground, page, memory, flight.doubt() === null);
    // A page drawn by scripts may only be late: look twice before giving it up.
    if (view !== null && leaves(view.action) && flight.doubt() === null) {
      await ground.brake.sleep(SECOND_LOOK);
      view = await consider(ground, page, memory, flight.doubt() === null);
    }
    if (view === null) return flight.doubt() === null ? noAnswer(page.url) : null;
    const { scene, fields, action } = view;
    memory = view.memory;
    if (action.kind === 'end') return null;
    if (action.kind === 'stop') return action.failure;
    const done = await perform(ground, flight, scene, memory, action, fields);
    memory = done.memory;
    if (done.failure) return done.failure;
  }
  return tooLong(ground.tree.main(ground.page)?.url ?? page.url);
}

const leaves = (action: Action): boolean =>
  ['end', 'stop', 'open'].includes(action.kind) ||
  (action.kind === 'click' && (action.why === 'product' || action.why === 'see-cart'));

interface Considered {
  readonly scene: Scene;
  readonly fields: readonly Reachable[];
  readonly memory: Memory;
  readonly action: Action;
}

/** `calm`: the page has come to rest so far; one that never does is not waited for again. */
async function consider(
  ground: Ground,
  page: PaymentPage,
  before: Memory,
  calm: boolean,
): Promise<Considered | null> {
  if (calm) await ground.settling.rest(CALM, CALM_CAP);
  const scene = await lookAround(ground);
  if (scene === null) return null;
  const memory = CART_EMPTY.test(scene.text) ? { ...before, added: false } : before;
  const fields = await cardsIn(ground);
  const cardReady = fields.some((one) => one.field === 'number');
  const failure = obstacleOf(scene, cardReady);
  const answered = page.paymentCalls.length > 0;
  const action: Action = failure
    ? { kind: 'stop', failure }
    : decide({ scene, memory, cardReady, answered, goal: page.url });
  return { scene, fields, memory, action };
}

const noAnswer = (url: string): Failure =>
  failure(
    'unreadable',
    text(
      'The page could not be read: it gave no answer. Open it in a browser; if it works there, run the check again.',
      'ページが応答せず、内容を読み取れませんでした。ブラウザーで開いて問題がなければ、もう一度検査してください。',
    ),
    { url },
  );

const tooLong = (url: string): Failure =>
  failure(
    'step-not-found',
    text(
      `The autopilot pressed on ${MAX_TURNS} times and did not come to where a card is typed. Record the journey (komainu journey record).`,
      `自動操縦で${MAX_TURNS}回操作しましたが、カードの入力欄に到達できませんでした。手順を記録してください（komainu journey record）。`,
    ),
    { url },
  );

async function cardsIn(ground: Ground): Promise<readonly Reachable[]> {
  const view = await ground.brake.race(viewOf(ground.sight, ground.tree, ground.page));
  return ground.brake.race(ground.cardFields.see(view, ground.page));
}

interface Done {
  readonly memory: Memory;
  readonly failure: Failure | null;
}

async function perform(
  ground: Ground,
  flight: Flight,
  scene: Scene,
  before: Memory,
  action: Exclude<Action, { kind: 'end' | 'stop' }>,
  fields: readonly Reachable[],
): Promise<Done> {
  switch (action.kind) {
    case 'open':
      return {
        memory: { ...before, wentHome: true },
        failure: await flight.take({ type: 'navigate', url: withOrigin(action.url, ground.filling.origin) }),
      };
    case 'fill':
      return fillIn(flight, scene, before, action);
    case 'pick': {
      const memory = noted(before, keyOf(scene, action.control, 'press'));
      const failure = await flight.change(action.control, action.value);
      return { memory, failure };
    }
    case 'type-card': {
      for (const item of fields.slice(0, MAX_CARD_FIELDS)) {
        const named = await nameOf(ground, item.seen).catch(() => null);
        if (named === null || named.selectors.length === 0) continue;
        const failure = await flight.take({
          type: 'change',
          target: 'main',
          ...named,
          value: cardValue(item, fields),
        });
        if (failure) return { memory: before, failure };
      }
      return { memory: { ...before, cardTyped: true }, failure: null };
    }
    case 'click': {
      const { control, why } = action;
      const pressed = noted(before, keyOf(scene, control, why === 'submit' ? why : 'press'));
      const memory = STAYS.has(why) ? pressed : { ...pressed, sent: pressed.sent + 1 };
      const failure = await flight.press(control, why === 'choose-card');
      if (failure === null && why === 'choose-card') await cardsCome(ground);
      return { memory: why === 'add' ? { ...memory, added: true } : memory, failure };
    }
  }
}

const STAYS: ReadonlySet<Why> = new Set<Why>(['tick', 'option', 'choose-card', 'dismiss']);

/** Hosted fields are put into the page after the card was chosen. */
async function cardsCome(ground: Ground): Promise<void> {
  const until = ground.brake.now() + FIELDS;
  while (ground.brake.now() < until) {
    if ((await cardsIn(ground)).some((one) => one.field === 'number')) return;
    await ground.brake.sleep(150);
  }
}

async function fillIn(
  flight: Flight,
  scene: Scene,
  before: Memory,
  { asked, form }: Extract<Action, { kind: 'fill' }>,
): Promise<Done> {
  const latin = !scene.language.startsWith('ja') && !/[ぁ-んァ-ヶ]/.test(scene.text);
  const tries = (control: Control): number => triedOf(before, keyOf(scene, control, 'fill'));
  let memory: Memory = { ...before, given: true };
  for (const entry of entriesFor(asked, form, latin, tries)) {
    const { control } = entry;
    for (const why of ['fill', `fill ${memory.sent}`]) memory = noted(memory, keyOf(scene, control, why));
    const drawn = control.kind === 'combo';
    const failure = drawn ? await choose(flight, entry) : await flight.change(control, entry.value);
    if (failure) return { memory, failure };
    // What the menu covered has been looked at anew, and counts from there.
    if (drawn) break;
  }
  return { memory, failure: null };
}

/** A menu that scripts draw: open it, press the line. */
async function choose(flight: Flight, { control, part }: Entry): Promise<Failure | null> {
  const failure = await flight.press(control, false);
  if (failure) return failure;
  const scene = await lookAround(flight.ground);
  const lines = scene?.controls.filter((one) => one.kind === 'option' && !one.disabled) ?? [];
  const line =
    lines.find((one) => isOwnLine(part, one.words)) ??
    lines.find((one) => !/選択|choose|select/i.test(one.words));
  return line === undefined ? null : flight.press(line, false);
}

/** Takes steps and writes them down, each as it could be taken again. */
interface Flight {
  readonly ground: Ground;
  readonly steps: Step[];
  readonly records: StepRecord[];
  doubt(): Failure | null;
  /** The failure that ends the walk; a step that only found nothing to act on is forgotten. */
  take(step: Step): Promise<Failure | null>;
  press(control: Control, card: boolean): Promise<Failure | null>;
  change(control: Control, value: string): Promise<Failure | null>;
}

function createFlight(ground: Ground): Flight {
  const steps: Step[] = [];
  const records: StepRecord[] = [];
  let doubt: Failure | null = null;

  const take: Flight['take'] = async (step) => {
    const index = steps.length;
    const before = ground.tree.navigations();
    const { record, doubt: more } = await walkStep(
      ground,
      { title: AUTOPILOT, steps: [step] },
      step,
      index,
      doubt !== null,
    );
    doubt ??= more;
    // Something that slid away under the mouse: another way may be left.
    if (record.failure?.code.startsWith('step-') && index > 0) return null;
    const moved = step.type !== 'navigate' && ground.tree.navigations() > before;
    steps.push(moved ? { ...step, assertedEvents: [{ type: 'navigation' }] } : step);
    records.push(record);
    return record.failure;
  };
  const named = async (control: Control) => {
    const seen = await elementAt(ground, control.index);
    const name = seen && (await nameOf(ground, seen));
    return name && name.selectors.length > 0 ? name : null;
  };
  const press: Flight['press'] = async (control, card) => {
    const name = await named(control);
    if (name === null) return null;
    return take({
      type: 'click',
      target: 'main',
      ...name,
      ...(card ? { role: 'choose-card' as const } : {}),
    });
  };
  const change: Flight['change'] = async (control, value) => {
    const name = await named(control);
    return name === null ? null : take({ type: 'change', target: 'main', ...name, value });
  };
  return { ground, steps, records, doubt: () => doubt, take, press, change };
}

const withOrigin = (url: string, origin: string): string =>
  url === origin || url.startsWith(`${origin}/`) ? `{{origin}}${url.slice(origin.length)}` : url;
