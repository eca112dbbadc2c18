import type { PaymentPage } from '@komainu/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCanary, openBrowser, PERSONAS, parseJourney, type ProbeBrowser, visit } from '../src/index.ts';
import { memoryBlobs } from './support/memory-blobs.ts';
import { pageOf } from './support/run.ts';
import { eccube2 } from './support/shops/eccube2.ts';
import { eccube4 } from './support/shops/eccube4.ts';
import { english } from './support/shops/english.ts';
import type { TestShop } from './support/shops/kit.ts';
import { spa } from './support/shops/spa.ts';
import { woo } from './support/shops/woo.ts';
import { startSite } from './support/site.ts';

let browser: ProbeBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const shops: TestShop[] = [];
afterAll(() => Promise.all(shops.map((shop) => shop.close())));
const open = async <S extends TestShop>(opening: Promise<S>): Promise<S> => {
  const shop = await opening;
  shops.push(shop);
  return shop;
};

async function fly(page: PaymentPage, more: Partial<Parameters<typeof visit>[0]> = {}) {
  const blobs = memoryBlobs();
  const [persona] = PERSONAS;
  if (!persona) throw new Error('no persona');
  const canary = newCanary();
  const visited = await visit({
    browser,
    shop: 'shop' as never,
    page,
    journey: null,
    persona,
    canary,
    check: 'check_0000000000000000000000000' as never,
    purpose: 'check',
    blobs,
    signal: new AbortController().signal,
    privateNetwork: true,
    // What is watched of scripts is another test's business.
    attribution: false,
    ...more,
  });
  const { cardFields } = visited.recording.artifacts;
  const typed = cardFields.kind === 'observed' ? cardFields.value.filter((one) => one.typedAt !== null) : [];
  return { ...visited, canary, blobs, typed: typed.map(({ field }) => field) };
}

/** What a journey is worth: it can be read back, and walks the same way again, with another card, and no order. */
async function again(page: PaymentPage, first: Awaited<ReturnType<typeof fly>>) {
  const parsed = parseJourney(JSON.parse(first.blobs.text(first.recording.visit.journey.blob)), 'autopilot');
  if (parsed.kind !== 'ok') throw new Error(parsed.message.en);
  const second = await fly(page, { journey: parsed.journey });
  expect(second.recording.failure).toBeNull();
  expect(second.typed).toEqual(first.typed);
}

describe('reaches the card, places no order, can do it again', () => {
  test('EC-CUBE 4: a panel, a page for guests, ways to pay that reload, a confirmation page', async () => {
    const shop = await open(eccube4('127.0.0.141'));
    const page = pageOf(`${shop.origin}/shopping`, {
      paymentCalls: [
        { method: 'POST', url: `${shop.origin}/pay/token`, answer: { status: 402, headers: {}, body: '' } },
      ],
    });
    const first = await fly(page);
    expect(first.recording.failure).toBeNull();
    expect(new Set(first.typed)).toEqual(new Set(['number', 'expiry', 'code', 'holder']));
    const sent = shop.sent('/shopping/nonmember');
    expect(sent?.get('nonmember[name][name01]')).toBe('確認用');
    expect(sent?.get('nonmember[address][addr02]')).toContain('巡回テスト');
    // Quantity one of what is cheapest and not sold out; the payment call was made, and answered by the probe.
    expect(shop.sent('/products/add_cart/3')?.get('quantity')).toBe('1');
    expect(shop.site.got('/pay/token')).toHaveLength(0);
    expect(first.recording.visit.journey.chooseCard).toBeGreaterThan(5);
    await again(page, first);
    expect(shop.orders).toEqual([]);
  });

  test('EC-CUBE 2: picture buttons, boxes apart, hiragana after katakana was called wrong, the card after the confirmation', async () => {
    const shop = await open(eccube2('127.0.0.142'));
    const page = pageOf(`${shop.origin}/shopping/load_payment_module.php`);
    const first = await fly(pageOf(`${shop.origin}/products/detail.php?product_id=9`));
    expect(first.recording.failure).toBeNull();
    expect(first.typed.filter((one) => one === 'number')).toHaveLength(4);
    const sent = shop.sent('/shopping/nonmember.php');
    expect([sent?.get('order_zip01'), sent?.get('order_zip02'), sent?.get('order_tel02')]).toEqual([
      '100',
      '0001',
      first.canary.shopper.phone.slice(3, 7),
    ]);
    expect([sent?.get('order_kana01'), sent?.get('order_fax01'), sent?.get('order_sex')]).toEqual([
      'かくにんよう',
      '',
      '1',
    ]);
    await again(page, first);
    expect(shop.orders).toEqual([]);
  });

  test('WooCommerce: one page, fetched anew in parts, a menu drawn by scripts, terms to agree to', async () => {
    const shop = await open(woo('127.0.0.143'));
    const page = pageOf(`${shop.origin}/checkout/`, {
      paymentCalls: [
        { method: 'POST', url: `${shop.origin}/pay/token`, answer: { status: 402, headers: {}, body: '' } },
      ],
    });
    const first = await fly(page);
    expect(first.recording.failure).toBeNull();
    expect(new Set(first.typed)).toEqual(new Set(['number', 'expiry', 'code', 'holder']));
    const sent = shop.site.got('/wc-ajax').map((one) => new URLSearchParams(one.body));
    const whole = sent.find((one) => one.get('billing_state') === 'JP03');
    expect(whole?.get('billing_yomigana_last_name')).toBe('かくにんよう');
    const wire = first.recording.artifacts.wire;
    const calls = wire.kind === 'observed' ? wire.value.filter(({ url }) => url.endsWith('/pay/token')) : [];
    expect(calls.map(({ outcome }) => outcome.kind)).toEqual(['answered']);
    await again(page, first);
    expect(shop.orders).toEqual([]);
  });

  test('one document with a router, shadow roots and hosted fields; its order button is left alone', async () => {
    const shop = await open(spa('127.0.0.144', '127.0.0.145'));
    const page = pageOf(`${shop.origin}/order/payment`);
    const first = await fly(page);
    expect(first.recording.failure).toBeNull();
    expect(first.typed).toEqual(['number', 'expiry', 'code']);
    expect(shop.sent('/api/address')?.get('pref')).toBe('東京都');
    await again(page, first);
    expect(shop.orders).toEqual([]);
  });

  test('English, step by step: Latin letters, a country to choose, month and year apart', async () => {
    const shop = await open(english('127.0.0.146'));
    const page = pageOf(`${shop.origin}/checkout/payment`);
    const first = await fly(page);
    expect(first.recording.failure).toBeNull();
    expect(first.typed.toSorted()).toEqual(['code', 'expiry', 'expiry', 'holder', 'number']);
    const sent = shop.sent('/checkout');
    expect(sent?.get('checkout[last]')).toBe('KAKUNIN');
    expect(sent?.get('checkout[address1]')).toContain('TEST PATROL');
    expect([sent?.get('checkout[country]'), sent?.get('checkout[province]'), sent?.get('news')]).toEqual([
      'JP',
      'JP-13',
      null,
    ]);
    expect(shop.orders).toEqual([]);
    expect(shop.sent('/newsletter')).toBeNull();
  });
});

describe('stops', () => {
  test('where cards are not among the ways to pay', async () => {
    const shop = await open(eccube4('127.0.0.147', false));
    const { recording, typed } = await fly(pageOf(`${shop.origin}/shopping`), { purpose: 'proof' });
    expect(recording.failure).toMatchObject({ code: 'step-not-found', url: `${shop.origin}/shopping` });
    expect(recording.failure?.message.en).toContain('none by card');
    expect(typed).toEqual([]);
    expect(shop.orders).toEqual([]);
  });

  const BUSY = `<h1>アクセスが集中しています</h1><p>しばらくお待ちください。</p>`;
  const CHALLENGE = `<h1>ご購入手続き</h1><form method="post" action="/go"><p><label>お名前<input name="name" required></label></p><p><label>電話番号<input name="tel"></label></p><img src="/captcha.png" alt="captcha" width="120" height="40"><p><label>画像の文字<input name="captcha"></label></p><button>次へ</button></form>`;
  const ORDER = `<h1>ご注文内容の確認</h1><form method="post" action="/go"><p><label>お名前<input name="name"></label></p><p><label>電話番号<input name="tel"></label></p><button>注文を確定する</button></form>`;
  test.each([
    ['at a queue', BUSY, 'limit', 'asks visitors to wait'],
    ['at a challenge', CHALLENGE, 'step-failed', 'only a person may solve'],
    ['before the words that place an order', ORDER, 'step-not-found', 'would place an order'],
  ] as const)('%s', async (_, body, code, words) => {
    const site = await startSite('127.0.0.148', {
      '/checkout': `<html lang="ja"><body>${body}</body></html>`,
      '/go': 'gone',
    });
    const { recording } = await fly(pageOf(`${site.origin}/checkout`));
    expect(recording.failure?.code).toBe(code);
    expect(recording.failure?.message.en).toContain(words);
    expect(site.got('/go')).toEqual([]);
    await site.close();
  });

  test('where it is told to come back later, and says when', async () => {
    const site = await startSite('127.0.0.149', {
      '/checkout': (_, response) => {
        response.writeHead(429, { 'retry-after': '120', 'content-type': 'text/html' });
        response.end('<h1>Too many requests</h1>');
      },
    });
    const { recording } = await fly(pageOf(`${site.origin}/checkout`));
    expect(recording.failure).toMatchObject({ code: 'limit' });
    expect(recording.failure?.message.en).toContain('120 s');
    expect(site.got('/checkout')).toHaveLength(1);
    await site.close();
  });
});
