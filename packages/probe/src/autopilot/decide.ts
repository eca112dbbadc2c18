import { type Failure, text } from '@komainu/model';
import { failure } from '../failures.ts';
import { formOf, toFill } from './form.ts';
import { keyOf, type Memory, placeOf, triedOf } from './memory.ts';
import type { Asked, Part } from './parts.ts';
import type { Control, Scene } from './scene.ts';
import {
  CART_EMPTY,
  CART_PAGE,
  CHECKOUT_PAGE,
  CONFIRM_PAGE,
  isCardChoice,
  PAYS_OTHERWISE,
  type Meaning,
  meaningOf,
} from './words.ts';

export type Action =
  | { readonly kind: 'fill'; readonly asked: readonly Asked[]; readonly form: ReadonlySet<Part> }
  | { readonly kind: 'click'; readonly control: Control; readonly why: Why }
  | {
      readonly kind: 'pick';
      readonly control: Control;
      readonly why: 'choose-card' | 'option';
      readonly value: string;
    }
  | { readonly kind: 'type-card' }
  | { readonly kind: 'open'; readonly url: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'stop'; readonly failure: Failure };
export type Why = Meaning | 'choose-card' | 'option' | 'tick' | 'product' | 'submit';

export interface Situation {
  readonly scene: Scene;
  readonly memory: Memory;
  /** A card number can be typed somewhere on the page now. */
  readonly cardReady: boolean;
  /** The payment call is answered by the probe: pressing on after the card is typed places no order. */
  readonly answered: boolean;
  /** The address the visit is about. */
  readonly goal: string;
}

/** What a shopper would do next. Pure: the same page and past give the same action. */
export function decide(situation: Situation): Action {
  const { scene, memory, cardReady, answered, goal } = situation;
  const fresh =
    (why: string, times = 1) =>
    (control: Control) =>
      !control.disabled && triedOf(memory, keyOf(scene, control, why)) < times;
  const click = (control: Control | undefined, why: Why): Action | null =>
    control === undefined ? null : { kind: 'click', control, why };
  const means = (...wanted: readonly Meaning[]) =>
    wanted
      .map((meaning) =>
        pressable(scene)
          .filter((one) => readAs(one) === meaning)
          .find(fresh('press')),
      )
      .find((one) => one !== undefined);

  if (memory.cardTyped) {
    const last = answered ? afterCard(scene) : undefined;
    return click(last !== undefined && fresh('submit')(last) ? last : undefined, 'submit') ?? { kind: 'end' };
  }
  const banner = scene.controls.find(
    (one) => one.dialog && one.kind === 'button' && meaningOf(one.words) === 'dismiss' && fresh('press')(one),
  );
  if (banner !== undefined && !inDialog(scene, ['see-cart', 'checkout']))
    return { kind: 'click', control: banner, why: 'dismiss' };

  const form = formOf(scene, memory);
  const asked = toFill(scene, form, memory);
  // Another country has other menus.
  const country = asked.filter(({ part, control }) => part === 'country' && control.kind === 'select');
  if (asked.length > 0)
    return {
      kind: 'fill',
      asked: country.length > 0 ? country : asked,
      form: new Set(form.asked.map(({ part }) => part)),
    };
  // Twice: a page that is fetched anew in parts forgets a box that was ticked in the meantime.
  const tick = form.boxes.find(fresh('press', 2));
  if (tick !== undefined) return { kind: 'click', control: tick, why: 'tick' };

  const card = cardChoice(scene);
  if (card !== null && fresh('press')(card.control)) return card;
  if (cardReady) return { kind: 'type-card' };
  if (card === null && memory.given && scene.controls.some(paysOtherwise)) return noCard(scene);

  const onward = way(situation, means, fresh);
  if (onward !== null) return onward;
  if (!memory.wentHome && !memory.given && worthLeaving(scene, goal))
    return { kind: 'open', url: new URL('/', scene.url).href };
  return ending(situation);
}

/** The platform's own names outrank the words on a thing, except that words which place an order are believed. */
function readAs(control: Control): Meaning {
  const said = meaningOf(control.words, control.names);
  if (control.hints.includes('order')) return 'order';
  if (said === 'order' || said === 'member' || said === 'back') return said;
  const hinted = control.hints.find((hint) => hint !== 'product' && hint !== 'card');
  return (hinted as Meaning | undefined) ?? said;
}

const pressable = (scene: Scene): readonly Control[] => {
  const all = scene.controls.filter((one) => (one.kind === 'button' || one.kind === 'link') && !one.disabled);
  // What lies on top is what a person would press: the panel that says "added to your cart".
  const top = all.filter((one) => one.dialog);
  return [...top, ...all.filter((one) => !one.dialog)];
};
const inDialog = (scene: Scene, wanted: readonly Meaning[]): boolean =>
  pressable(scene).some((one) => one.dialog && wanted.includes(readAs(one)));

/** The choice of payment by card, when it is there and not only a word in a text. */
function cardChoice(scene: Scene): Extract<Action, { kind: 'click' | 'pick' }> | null {
  const cards = scene.controls.filter((one) => !one.disabled && isCardChoice(one.words || one.value));
  const radio =
    cards.find((one) => one.kind === 'radio') ??
    // A tab or a tile among other ways to pay.
    cards.find(
      (one) =>
        one.kind === 'button' &&
        meaningOf(one.words) === 'other' &&
        /pay|支払|決済|tab|method|card/.test(`${one.names} ${one.group}`),
    );
  if (radio) return { kind: 'click', control: radio, why: 'choose-card' };
  for (const control of scene.controls) {
    if (control.kind !== 'select' || control.disabled) continue;
    const line = control.options.find(([, words]) => isCardChoice(words));
    if (line && control.options.length < 15)
      return { kind: 'pick', control, why: 'choose-card', value: line[0] };
  }
  return null;
}

type Means = (...wanted: readonly Meaning[]) => Control | undefined;
type Fresh = (why: string, times?: number) => (control: Control) => boolean;

/** On towards the payment page. */
function way({ scene, memory }: Situation, means: Means, fresh: Fresh): Action | null {
  const click = (control: Control | undefined, why: Why): Action | null =>
    control === undefined ? null : { kind: 'click', control, why };
  const here = `${scene.title} ${scene.headings} ${placeOf(scene.url)}`;
  const guest = means('guest');
  if (guest !== undefined) return click(guest, 'guest');
  if (isConfirmPage(scene)) {
    // EC-CUBE 2 says 「次へ」 where the provider's card page follows, and 「ご注文完了ページへ」 where the order is placed.
    const pay = means('to-payment') ?? (scene.platforms.includes('ec-cube-2') ? means('next') : undefined);
    return click(pay, 'to-payment');
  }
  if (memory.given) {
    // Twice: the second time after what was called wrong has been written another way.
    const go = pressable(scene).filter((one) => GOES_ON.has(readAs(one)));
    const inForm = go.filter((one) => one.form !== null || one.kind === 'button');
    for (const meaning of ['to-payment', 'confirm', 'next', 'checkout'] as const) {
      const found = (inForm.length > 0 ? inForm : go).find(
        (one) => readAs(one) === meaning && fresh('press', 2)(one),
      );
      if (found) return click(found, meaning);
    }
    return null;
  }
  const emptied = CART_EMPTY.test(scene.text);
  if (
    !emptied &&
    (memory.added || (CART_PAGE.test(here) && !hasAdd(scene)) || CHECKOUT_PAGE.test(placeOf(scene.url)))
  ) {
    const go =
      means('checkout') ??
      (memory.added ? means('see-cart') : undefined) ??
      means('to-payment', 'next', 'confirm');
    if (go !== undefined) return click(go, readAs(go));
  }
  const add = means('add', 'buy-now') ?? (memory.given ? undefined : soleBuy(scene, fresh));
  if (add !== undefined && !memory.added) return optionOf(scene, add, fresh) ?? click(add, 'add');
  const cart = emptied ? undefined : means('see-cart', 'checkout');
  if (memory.added && cart !== undefined) return click(cart, readAs(cart));
  return (
    click(product(scene, fresh), 'product') ??
    (memory.added || emptied ? null : click(means('checkout', 'see-cart'), 'checkout'))
  );
}

const GOES_ON: ReadonlySet<Meaning> = new Set(['to-payment', 'confirm', 'next', 'checkout']);
const hasAdd = (scene: Scene): boolean => pressable(scene).some((one) => readAs(one) === 'add');

/**
 * On a page of goods a button that only says 「購入する」 puts into the cart. Before any address was given no order can
 * be placed, whatever it says.
 */
const soleBuy = (scene: Scene, fresh: Fresh): Control | undefined => {
  const place = `${scene.headings} ${placeOf(scene.url)}`;
  if (CHECKOUT_PAGE.test(place) || CART_PAGE.test(place)) return undefined;
  const all = pressable(scene).filter(
    (one) => one.kind === 'button' && readAs(one) === 'order' && !/確定|完了/.test(one.words),
  );
  return all.length === 1 ? all.find(fresh('press')) : undefined;
};

/** What must be chosen of a thing before it can be bought: its size, its colour. */
function optionOf(scene: Scene, add: Control, fresh: Fresh): Action | null {
  const beside = scene.controls.filter(
    (one) => one.form === add.form && !one.disabled && fresh('press')(one),
  );
  const menu = beside.find((one) => one.kind === 'select' && !one.filled && one.options.length > 1);
  const line = menu?.options.find(
    ([value, words]) => value !== '' && !/選択|choose|select|売り?切|sold/i.test(words),
  );
  if (menu && line) return { kind: 'pick', control: menu, why: 'option', value: line[0] };
  const radio = beside.find(
    (one) =>
      one.kind === 'radio' && !scene.controls.some((other) => other.name === one.name && other.checked),
  );
  return radio === undefined ? null : { kind: 'click', control: radio, why: 'option' };
}

const paysOtherwise = (one: Control): boolean =>
  (one.kind === 'radio' || one.kind === 'select') &&
  PAYS_OTHERWISE.test(`${one.words} ${one.options.map(([, words]) => words).join(' ')}`);

const noCard = (scene: Scene): Action =>
  stop(
    `Ways to pay are offered on ${scene.url}, but none by card: card payments are switched off, or called by a name the autopilot does not know. In that case record the journey (komainu journey record).`,
    `${scene.url} に支払い方法の選択肢がありますが、カード決済が見つかりません。カード決済が止められているか、自動操縦の知らない名前で表示されています。後者の場合は手順を記録してください（komainu journey record）。`,
    scene.url,
  );

const WARE =
  /\/(products?|items?|goods|detail|shopdetail|dp|p)\/[^/?#]|[?&](pid|product_id|item|id|goods)=|\/view\/item\/|products\/detail/i;
const SHELF = /\/(products?(\/list)?|shop|store|collections?(\/all)?|items|catalog|goods)\/?([?#]|$)/i;
const SHELF_WORDS = /商品一覧|すべての商品|全商品|shop all|all products|^shop$|^products$|store/i;

/** The cheapest thing that is not sold out. */
function product(scene: Scene, fresh: Fresh): Control | undefined {
  const origin = new URL(scene.url).origin;
  const links = scene.controls.filter(
    (one) =>
      one.kind === 'link' &&
      one.href.startsWith(origin) &&
      !one.soldOut &&
      fresh('press')(one) &&
      !NO_WARE.test(one.href),
  );
  const wares = links.filter(
    (one) =>
      one.hints.includes('product') || (WARE.test(one.href) && placeOf(one.href) !== placeOf(scene.url)),
  );
  const priced = (list: readonly Control[]) =>
    list.filter((one) => (one.price ?? 0) > 0).sort((a, b) => (a.price ?? 0) - (b.price ?? 0))[0];
  return (
    priced(wares) ??
    wares[0] ??
    priced(links) ??
    links.find((one) => SHELF.test(one.href) || SHELF_WORDS.test(one.words))
  );
}
const NO_WARE =
  /cart|basket|login|sign|account|mypage|contact|about|privacy|terms|law|help|guide|add_cart|favorite|logout|#/i;

/** After the card is typed: what asks for a check of the order before what places it, which the probe then answers. */
const afterCard = (scene: Scene): Control | undefined =>
  (['confirm', 'next', 'to-payment', 'order', 'checkout'] as const)
    .map((meaning) => pressable(scene).find((one) => one.kind === 'button' && readAs(one) === meaning))
    .find((one) => one !== undefined);

/** Nothing to fill in, and something that would place the order. */
export const isConfirmPage = (scene: Scene): boolean =>
  CONFIRM_PAGE.test(`${scene.headings} | ${scene.title}`) &&
  !scene.controls.some(
    (one) => one.kind === 'text' && one.form !== null && !one.filled && one.type !== 'search' && one.required,
  );

/** The page the visit is about was not shown: an empty cart in its place. */
const worthLeaving = (scene: Scene, goal: string): boolean =>
  placeOf(scene.url) !== placeOf(goal) ||
  CART_EMPTY.test(scene.text) ||
  CHECKOUT_PAGE.test(placeOf(goal)) ||
  CART_PAGE.test(placeOf(goal));

/** There is no way on. On the page asked for that is an answer: it takes no card. Elsewhere the visit has failed. */
function ending({ scene, memory, goal }: Situation): Action {
  const there = placeOf(scene.url) === placeOf(goal);
  const order = pressable(scene).find((one) => readAs(one) === 'order');
  if (order !== undefined && memory.given)
    return stop(
      `The only way on from ${scene.url} would place an order ("${order.words}"). The autopilot never does that. If the card is typed after it, record the journey by hand and let the probe answer the payment call.`,
      `${scene.url} から先に進むには注文の確定（「${order.words}」）が必要ですが、自動操縦は注文を確定しません。カード入力がその後にある場合は、手順を記録し、決済の呼び出しを検査側で応答するように設定してください。`,
      scene.url,
    );
  if (there && !memory.added && !memory.given) return { kind: 'end' };
  return stop(
    `The autopilot found no way to pay by card from ${scene.url}, or card payments are switched off. Look at the page; if it can be done by hand, record the journey (komainu journey record).`,
    `${scene.url} から先で、カード決済に進む方法が見つかりません（カード決済が止められている可能性もあります）。ページを確認し、手作業で進める場合は手順を記録してください（komainu journey record）。`,
    scene.url,
  );
}

const stop = (en: string, ja: string, url: string): Action => ({
  kind: 'stop',
  failure: failure('step-not-found', text(en, ja), { url }),
});
