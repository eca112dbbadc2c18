import { describe, expect, test } from 'vitest';
import { decide, isConfirmPage } from '../src/autopilot/decide.ts';
import { START } from '../src/autopilot/memory.ts';
import { partOf } from '../src/autopilot/parts.ts';
import type { Control, Scene } from '../src/autopilot/scene.ts';
import { entriesFor } from '../src/autopilot/values.ts';
import { CART_EMPTY, isCardChoice, MEANINGS, meaningOf } from '../src/autopilot/words.ts';

const control = (more: Partial<Control>): Control => ({
  index: 0,
  kind: 'text',
  words: '',
  group: '',
  names: '',
  name: '',
  type: 'text',
  autocomplete: '',
  placeholder: '',
  value: '',
  filled: false,
  checked: false,
  required: false,
  disabled: false,
  invalid: false,
  maxLength: null,
  options: [],
  href: '',
  form: null,
  dialog: false,
  price: null,
  soldOut: false,
  hints: [],
  ...more,
});
const scene = (more: Partial<Scene>): Scene => ({
  url: 'https://shop.test/checkout',
  title: '',
  language: 'ja',
  headings: '',
  text: '',
  controls: [],
  captcha: null,
  platforms: [],
  ...more,
});
const button = (words: string, more: Partial<Control> = {}): Control =>
  control({ kind: 'button', type: 'button', words, ...more });
const GOAL = 'https://shop.test/checkout';
const act = (page: Partial<Scene>, memory = START, more: { cardReady?: boolean; answered?: boolean } = {}) =>
  decide({ scene: scene(page), memory, cardReady: false, answered: false, goal: GOAL, ...more });

test.each(MEANINGS.flatMap(({ meaning, examples }) => examples.map((words) => [words, meaning] as const)))(
  '%s is read as %s',
  (words, meaning) => expect(meaningOf(words)).toBe(meaning),
);

describe('what places an order', () => {
  const GIVEN = { ...START, added: true, given: true };
  const orders = MEANINGS.filter(({ meaning }) => meaning === 'order').flatMap(({ examples }) => examples);
  test.each(orders)('is never pressed once an address was given: %s', (words) => {
    expect(act({ controls: [button(words)] }, GIVEN)).toMatchObject({ kind: 'stop' });
  });
  test.each(orders)(
    'is pressed after the card was typed only when the probe answers the payment call: %s',
    (words) => {
      const typed = { ...GIVEN, cardTyped: true };
      expect(act({ controls: [button(words)] }, typed)).toEqual({ kind: 'end' });
      expect(act({ controls: [button(words)] }, typed, { answered: true })).toMatchObject({
        kind: 'click',
        why: 'submit',
      });
    },
  );
  test('is told by its name in code too', () => {
    expect(meaningOf('OK', 'place order')).toBe('order');
    expect(meaningOf('次へ', 'submit order button')).toBe('order');
  });
  test('a check of the order comes first', () => {
    const both = { controls: [button('注文を確定する'), button('確認画面へ')] };
    expect(act(both, { ...GIVEN, cardTyped: true }, { answered: true })).toMatchObject({
      control: { words: '確認画面へ' },
    });
  });
});

describe('on the way', () => {
  const page = (headings: string, controls: readonly Control[], url = 'https://shop.test/items/1') => ({
    headings,
    controls,
    url,
  });
  test('the cheapest thing that is not sold out', () => {
    const link = (path: string, price: number | null, more: Partial<Control> = {}) =>
      control({ kind: 'link', words: path, href: `https://shop.test/products/${path}`, price, ...more });
    const wares = [link('a', 900), link('b', 300, { soldOut: true }), link('c', 500), link('d', null)];
    expect(act(page('商品一覧', wares, 'https://shop.test/'))).toMatchObject({
      kind: 'click',
      control: { words: 'c' },
    });
  });
  test('a lone 「購入する」 on a page of goods puts into the cart, while nobody knows where to send it', () => {
    const ware = page('急須', [button('購入する')]);
    expect(act(ware)).toMatchObject({ kind: 'click', why: 'add' });
    expect(act({ ...ware, headings: 'ご注文手続き' })).not.toMatchObject({ kind: 'click', why: 'add' });
    expect(act(ware, { ...START, given: true })).toMatchObject({ kind: 'stop' });
  });
  test('guests before members, and nobody logs in', () => {
    const door = [button('ログイン'), button('会員登録する'), button('会員登録せずに購入する')];
    expect(act({ controls: door }, { ...START, added: true })).toMatchObject({
      control: { words: '会員登録せずに購入する' },
    });
    expect(act({ controls: door.slice(0, 2) }, { ...START, added: true })).not.toMatchObject({
      kind: 'click',
    });
  });
  test('wallets are not the card; the card is chosen by name, then typed', () => {
    const ways = ['Amazon Pay', '代金引換', 'クレジットカード'].map((words) =>
      control({ kind: 'radio', type: 'radio', name: 'pay', words }),
    );
    expect(act({ controls: ways }, { ...START, given: true })).toMatchObject({
      why: 'choose-card',
      control: { words: 'クレジットカード' },
    });
    expect(act({ controls: ways.slice(0, 2) }, { ...START, given: true })).toMatchObject({
      kind: 'stop',
      failure: { code: 'step-not-found' },
    });
    expect(act({}, START, { cardReady: true })).toEqual({ kind: 'type-card' });
  });
  test('no login form is filled in, nor a newsletter', () => {
    const login = [
      control({ words: 'メールアドレス', form: 0 }),
      control({ type: 'password', words: 'パスワード', form: 0 }),
    ];
    const news = [control({ words: 'Your email', type: 'email', form: 1 }), button('Subscribe', { form: 1 })];
    expect(act({ controls: login, headings: 'ログイン' })).not.toMatchObject({ kind: 'fill' });
    expect(act({ controls: news, headings: 'Checkout' })).not.toMatchObject({ kind: 'fill' });
  });
  test('a confirmation page is told from a page to fill in', () => {
    expect(isConfirmPage(scene({ headings: 'ご注文内容のご確認' }))).toBe(true);
    const open = control({ form: 0, required: true, words: 'お名前' });
    expect(isConfirmPage(scene({ headings: '入力内容の確認', controls: [open] }))).toBe(false);
  });
});

test.each([
  ['クレジットカード決済', true],
  ['クレジットカード（VISA/JCB）', true],
  ['Credit / debit card', true],
  ['Card', true],
  ['PayPal（クレジットカードも使えます）', false],
  ['コンビニ払い', false],
  ['ギフトカード', false],
  ['登録済みのカード', false],
  ['Discard', false],
] as const)('a way to pay by card: %s is %s', (words, is) => expect(isCardChoice(words)).toBe(is));

test.each([
  '現在カート内に商品はございません。',
  'カートに商品がありません',
  'カートは空です',
  'Your cart is currently empty.',
  '買い物かごに商品がありません',
])('an empty cart: %s', (words) => expect(CART_EMPTY.test(words)).toBe(true));

test.each<readonly [string, Partial<Control>, string | null]>([
  ['autocomplete', { autocomplete: 'section-a shipping family-name' }, 'familyName'],
  ['EC-CUBE kana', { names: 'nonmember kana kana01', placeholder: 'セイ' }, 'familyKana'],
  ['a furigana heading', { group: 'お名前（ふりがな）', names: 'x1' }, 'fullKana'],
  ['WooCommerce', { names: 'billing first name billing first name', words: '名 *' }, 'givenName'],
  ['a table of an older shop', { group: '郵便番号 ※', names: 'order zip01' }, 'postcode'],
  ['addr01', { names: 'order addr01', group: '住所' }, 'city'],
  ['addr02', { names: 'order addr02', group: '住所' }, 'street'],
  ['a menu of prefectures', { kind: 'select', words: '都道府県' }, 'prefecture'],
  ['e-mail again', { words: 'メールアドレス（確認用）' }, 'email'],
  ['telephone', { words: 'お電話番号' }, 'phone'],
  ['not the coupon', { words: 'クーポンコード' }, null],
  ['not the card', { words: 'カード番号' }, null],
  ['not the quantity', { words: '数量', type: 'number' }, null],
  ['not the fax', { names: 'order fax01' }, null],
  ['not the remarks', { words: '備考', type: 'textarea' }, null],
])('what a field asks for: %s', (_, more, part) => expect(partOf(control(more))).toBe(part));

test('split boxes, scripts and the next way to write what was called wrong', () => {
  const form = (
    parts: readonly (readonly [Parameters<typeof entriesFor>[0][number]['part'], Partial<Control>])[],
    tries = 0,
    latin = false,
  ) => {
    const asked = parts.map(([part, more], index) => ({ part, control: control({ index, ...more }) }));
    return entriesFor(asked, new Set(parts.map(([part]) => part)), latin, () => tries).map(
      ({ value }) => value,
    );
  };
  expect(
    form([
      ['phone', {}],
      ['phone', {}],
      ['phone', {}],
    ]),
  ).toEqual(['{{shopper.phone1}}', '{{shopper.phone2}}', '{{shopper.phone3}}']);
  expect(
    form([
      ['postcode', {}],
      ['postcode', {}],
    ]),
  ).toEqual(['{{shopper.postcode1}}', '{{shopper.postcode2}}']);
  expect(
    form([
      ['fullName', {}],
      ['fullName', {}],
    ]),
  ).toEqual(['{{shopper.familyName}}', '{{shopper.givenName}}']);
  expect(form([['fullName', {}]], 0, true)).toEqual(['{{shopper.givenLatin}} {{shopper.familyLatin}}']);
  expect(form([['familyKana', { group: 'ふりがな' }]])).toEqual(['{{shopper.familyHiragana}}']);
  expect(form([['familyKana', { group: '半角カナ' }]])).toEqual(['{{shopper.familyHalfKana}}']);
  expect(form([['familyKana', { group: 'フリガナ' }]], 1)).toEqual(['{{shopper.familyHiragana}}']);
  expect(form([['phone', { words: '電話（例：03-1234-5678）' }]])).toEqual(['{{shopper.phoneDashed}}']);
  // One line for the whole address holds all of it, the mark of the test too.
  expect(form([['street', {}]])).toEqual(['{{shopper.prefecture}}{{shopper.city}}{{shopper.street}}']);
});
