import { type Journey, Step, type Text, text } from '@komainu/model';
import { partOf } from '../autopilot/parts.ts';
import type { Control } from '../autopilot/scene.ts';
import { isCardChoice } from '../autopilot/words.ts';
import { looksLikeCard } from './screen.ts';
import type { Act } from './scribe.ts';
import { ariaSelector, inOrder } from './selectors.ts';

export interface Recorded {
  readonly journey: Journey;
  /** What whoever recorded it should know. */
  readonly notes: readonly Text[];
}

/** Turns acts into the steps of a journey. Nothing of a card is in them, nor of the person who recorded. */
export interface Writer {
  act(act: Act, frame: readonly number[]): void;
  /** The main frame went to another address; `asked` when the person typed it. */
  navigated(url: string, asked: boolean): void;
  finish(): Recorded;
}

const MAX_STEPS = 500;

export function createWriter(title: string, address: string): Writer {
  const origin = new URL(address).origin;
  const steps: Step[] = [];
  const notes: Text[] = [];
  const boxes = new Map<string, number>();
  const note = (one: Text): void => void (notes.some(({ en }) => en === one.en) || notes.push(one));
  const add = (step: unknown): void => {
    const parsed = Step.safeParse(step);
    if (parsed.success && steps.length < MAX_STEPS) steps.push(parsed.data);
  };
  const place = (act: Act, frame: readonly number[]) => ({
    target: 'main',
    ...(frame.length > 0 ? { frame: [...frame] } : {}),
    selectors: inOrder(act.steady, ariaSelector(act.aria.name, act.aria.role), act.other).filter(
      (chain) => !chain.some(looksLikeCard),
    ),
  });
  const written = (url: string): string => {
    const clean = looksLikeCard(url) ? url.replace(/[?#].*$/s, '') : url;
    return clean === origin || clean.startsWith(`${origin}/`)
      ? `{{origin}}${clean.slice(origin.length)}`
      : clean;
  };

  const act: Writer['act'] = (one, frame) => {
    if (one.card === 'password') {
      note(
        text(
          'A password was typed: it is not in the file. Record a guest’s way to the payment page.',
          'パスワードの入力は記録していません。会員登録をしない購入の手順を記録してください。',
        ),
      );
      return;
    }
    const at = place(one, frame);
    if (at.selectors.length === 0) return;
    if (one.kind === 'enter') {
      add({ type: 'keyDown', target: 'main', key: 'Enter' });
      add({ type: 'keyUp', target: 'main', key: 'Enter' });
      return;
    }
    if (one.kind === 'click') {
      const card =
        /^(radio|label|button|div|li|span)$/.test(one.type) && isCardChoice(`${one.words} ${one.aria.name}`);
      const marked = steps.some((step) => 'role' in step && step.role === 'choose-card');
      add({ type: 'click', ...at, ...(card && !marked ? { role: 'choose-card' } : {}) });
      return;
    }
    const value = one.card === null ? shopperValue(one, boxes) : cardValue(one, boxes);
    const last = steps.at(-1);
    // Corrected at once: only what was left there counts.
    if (last?.type === 'change' && JSON.stringify(last.selectors) === JSON.stringify(at.selectors))
      steps.pop();
    add({ type: 'change', ...at, value });
  };
  const navigated: Writer['navigated'] = (url, asked) => {
    const last = steps.at(-1);
    if (asked || last === undefined) add({ type: 'navigate', target: 'main', url: written(url) });
    else if (last.assertedEvents === undefined)
      steps[steps.length - 1] = { ...last, assertedEvents: [{ type: 'navigation', url: written(url) }] };
  };
  const finish = (): Recorded => {
    if (!steps.some((step) => step.type === 'change' && step.value.includes('{{canary.')))
      note(
        text(
          'No card field was filled in: record on, up to where the card is typed. Any made-up card will do.',
          'カード欄への入力が記録されていません。カード情報を入力するところまで記録してください。番号は架空のもので構いません。',
        ),
      );
    if (!steps.some((step) => 'role' in step && step.role === 'choose-card'))
      note(
        text(
          'No step was recognised as the choice of payment by card. If there is one, write "role": "choose-card" into it: it makes proofs of a halt stronger.',
          'カード決済を選ぶ手順が見分けられませんでした。該当する手順がある場合は "role": "choose-card" を書き加えてください。停止の確認がより確かになります。',
        ),
      );
    return { journey: { title, steps }, notes };
  };
  return { act, navigated, finish };
}

/** How often a kind of box came before, for those that ask in several. */
function count(boxes: Map<string, number>, what: string, most: number): number {
  const next = ((boxes.get(what) ?? 0) % most) + 1;
  boxes.set(what, next);
  return next;
}

function cardValue({ card, value, maxLength, names, words, type }: Act, boxes: Map<string, number>): string {
  const digits = value.replace(/\D/g, '').length;
  if (card === 'number')
    return maxLength === 4 || digits === 4
      ? `{{canary.number${count(boxes, 'number', 4)}}}`
      : '{{canary.number}}';
  if (card !== 'expiry') return card === 'code' ? '{{canary.code}}' : '{{canary.holder}}';
  if (digits === 4 && type !== 'select' && !/year|年/i.test(`${names} ${words}`))
    return /\D/.test(value) ? '{{canary.expiry}}' : '{{canary.mmyy}}';
  if (digits === 4) return '{{canary.year4}}';
  if (digits > 4) return '{{canary.expiry}}';
  const year = /year|\byy|年/i.test(`${names} ${words}`) && !/month|月/i.test(names);
  return year || (count(boxes, 'expiry', 2) === 2 && !/month|月/i.test(names))
    ? '{{canary.year}}'
    : '{{canary.month}}';
}

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/^[ぁ-ん\s ー]+$/, 'Hiragana'],
  [/^[ｦ-ﾟ\s]+$/, 'HalfKana'],
];

/** What the field asks a shopper for, in the shopper's own writing; what it does not ask a shopper for, as it was typed. */
function shopperValue(act: Act, boxes: Map<string, number>): string {
  const literal = looksLikeCard(act.value) ? '{{canary.number}}' : act.value;
  if (act.type === 'select') return literal;
  const part = partOf(asControl(act));
  const digits = act.value.normalize('NFKC').replace(/\D/g, '');
  const latin = /^[\x20-\x7e]*$/.test(act.value);
  switch (part) {
    case 'familyName':
    case 'givenName':
      return `{{shopper.${latin ? part.replace('Name', 'Latin') : part}}}`;
    case 'fullName':
      return latin
        ? '{{shopper.givenLatin}} {{shopper.familyLatin}}'
        : '{{shopper.familyName}} {{shopper.givenName}}';
    case 'familyKana':
    case 'givenKana':
    case 'fullKana': {
      const ending = SCRIPTS.find(([script]) => script.test(act.value))?.[1] ?? 'Kana';
      if (part !== 'fullKana') return `{{shopper.${part.replace('Kana', ending)}}}`;
      if (/\s/.test(act.value.trim())) return `{{shopper.family${ending}}} {{shopper.given${ending}}}`;
      return `{{shopper.${count(boxes, 'kana', 2) === 1 ? 'family' : 'given'}${ending}}}`;
    }
    case 'email':
      return '{{shopper.email}}';
    case 'phone':
      if (digits.length <= 4) return `{{shopper.phone${count(boxes, 'phone', 3)}}}`;
      return /[-－]/.test(act.value) ? '{{shopper.phoneDashed}}' : '{{shopper.phone}}';
    case 'postcode':
      if (digits.length === 5) return literal;
      if (digits.length <= 4) return `{{shopper.postcode${count(boxes, 'postcode', 2)}}}`;
      return /[-－]/.test(act.value) ? '{{shopper.postcode}}' : '{{shopper.postcodeDigits}}';
    case 'prefecture':
    case 'city':
    case 'street':
      return `{{shopper.${latin ? `${part}Latin` : part}}}`;
    case 'building':
    case 'company':
      return latin ? 'TEST' : '巡回テスト';
    default:
      return literal;
  }
}

const asControl = (act: Act): Control => ({
  index: 0,
  kind: 'text',
  words: act.words,
  group: act.group,
  names: act.names,
  name: '',
  type: act.type,
  autocomplete: act.autocomplete,
  placeholder: act.placeholder,
  value: '',
  filled: true,
  checked: false,
  required: false,
  disabled: false,
  invalid: false,
  maxLength: act.maxLength,
  options: [],
  href: '',
  form: null,
  dialog: false,
  price: null,
  soldOut: false,
  hints: [],
});
