import assert from 'node:assert/strict';

import type { Browser, Page } from 'playwright-core';
import { challengeCode } from '../provider/challenge.ts';
import { after, before, describe, it } from './runner.ts';
import { card, enter, methodId, openBrowser, openShop, type Running, switchMethod, walk } from './support.ts';

let running: Running;
let browser: Browser;
let page: Page;
const problems: string[] = [];

const visit = async (work: (page: Page, origin: string) => Promise<void>) => {
  const context = await browser.newContext({ locale: 'ja-JP' });
  // Patience, not an assertion: the machine may be busy with other suites.
  context.setDefaultTimeout(180_000);
  context.setDefaultNavigationTimeout(180_000);
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A page's own failed requests and policy breaches land here; 4xx answers that a test provokes do, too.
    if (message.type() === 'error' && !message.text().includes('status of 4')) problems.push(message.text());
  });
  await work(page, running.shop.ready.storefront);
  await context.close();
};
const orderOf = async (code: string) => {
  const found = await running.komainu<{
    orders: {
      items: readonly {
        state: string;
        payments: readonly {
          method: string;
          state: string;
          amount: number;
          transactionId: string;
          metadata: unknown;
        }[];
      }[];
    };
  }>(
    `query($code:String!){ orders(options:{filter:{code:{eq:$code}}}) { items { state payments { method state amount transactionId metadata } } } }`,
    { code },
  );
  const order = found.orders.items[0];
  assert.ok(order);
  return order;
};
const stats = async () => {
  const { user, password } = running.settings.operator;
  const response = await fetch(`${running.shop.ready.provider}/v1/operator/stats`, {
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
  return (await response.json()) as { distinct_numbers_received: number; charges: number };
};

before(async () => {
  running = await openShop();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await running?.stop();
});

describe('buying in the reference shop', () => {
  it('takes a guest card order; the shop sees a token, never the number', () =>
    visit(async (page, origin) => {
      const shopSaw: string[] = [];
      page.on('request', (request) => {
        if (request.url().startsWith(origin)) shopSaw.push(`${request.url()} ${request.postData() ?? ''}`);
      });
      await walk(page, origin, card('9999000000000004'));
      await page.waitForURL(`${origin}/checkout/confirm`);
      assert.match((await page.textContent('#confirm-method')) ?? '', /musubi •••• 0004/);
      await page.click('#place-order');
      await page.waitForURL(/\/thanks\//);
      const code = (await page.textContent('#order-code')) ?? '';
      const order = await orderOf(code);
      assert.equal(order.state, 'PaymentSettled');
      assert.equal(order.payments[0]?.method, 'card');
      assert.equal(order.payments[0]?.amount, 3280 + 660);
      assert.equal(
        shopSaw.some((seen) => seen.replaceAll(/\D/g, '').includes('9999000000000004')),
        false,
      );
      assert.equal((await stats()).distinct_numbers_received, 1);
    }));

  it('loads its three outside services and breaks none of its own policy', () =>
    visit(async (page, origin) => {
      const hosts = new Set<string>();
      const sockets: string[] = [];
      page.on('request', (request) => hosts.add(new URL(request.url()).origin));
      page.on('websocket', (socket) => sockets.push(socket.url()));
      await walk(page, origin, card('9999000000000004'), '#to-confirm');
      await page.waitForSelector('#hanasu', { state: 'attached' });
      const { analytics, tags, chat, provider } = running.shop.ready;
      for (const host of [origin, analytics, tags, chat, provider]) assert.ok(hosts.has(host), host);
      await page.waitForFunction(() => localStorage.getItem('_kt') !== null);
      assert.ok(sockets.some((url) => url.startsWith(chat.replace('http', 'ws'))));
      assert.deepEqual(problems, []);
    }));

  it('gives the card fields the height they need, whatever changes their layout', () =>
    visit(async (page, origin) => {
      await walk(page, origin, card('9999000000000004'), '#to-confirm');
      const fields = page.frames().find((frame) => frame.name() === 'musubi-fields');
      assert.ok(fields);
      for (const size of ['26px', '16px']) {
        // No resize event and no blur comes with this one.
        const wanted = await fields.evaluate((text) => {
          document.documentElement.style.fontSize = text;
          return Math.ceil(document.documentElement.getBoundingClientRect().height);
        }, size);
        await page.waitForFunction(
          (height) => document.getElementById('musubi-fields')?.clientHeight === height,
          wanted,
        );
      }
    }));

  it('waits for card fields that are slower than the shopper', () =>
    visit(async (page, origin) => {
      let release = () => {};
      const asked = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/fields.js*', async (route) => {
        await asked;
        await route.continue();
      });
      await walk(page, origin, card('9999000000000004'));
      await page.waitForSelector('#to-confirm:disabled');
      release();
      await page.waitForURL(`${origin}/checkout/confirm`);
    }));

  it('goes through the challenge and back', () =>
    visit(async (page, origin) => {
      await walk(page, origin, card('9999 3000 0000 0008'));
      await page.click('#place-order');
      await page.waitForURL(/\/challenge\//);
      await page.fill('#challenge-code', '0000');
      await page.click('#challenge-submit');
      await page.waitForSelector('.error');
      await page.fill('#challenge-code', challengeCode);
      await page.click('#challenge-submit');
      await page.waitForURL(/\/thanks\//);
      const order = await orderOf((await page.textContent('#order-code')) ?? '');
      assert.equal(order.state, 'PaymentSettled');
      assert.deepEqual(order.payments.map(({ state }) => state).sort(), ['Declined', 'Settled']);
    }));

  it('says so when the challenge fails or the card is declined, and stays on the payment page', () =>
    visit(async (page, origin) => {
      await walk(page, origin, card('9999400000000006'));
      await page.click('#place-order');
      await page.waitForURL(/\/challenge\//);
      await page.fill('#challenge-code', challengeCode);
      await page.click('#challenge-submit');
      await page.waitForURL(/notice=auth/);
      await enter(page.frameLocator('#musubi-fields').locator('#card-number'), '9999100000000002');
      await enter(page.frameLocator('#musubi-fields').locator('#card-expiry'), '1230');
      await enter(page.frameLocator('#musubi-fields').locator('#card-cvc'), '123');
      await enter(page.frameLocator('#musubi-fields').locator('#card-holder'), 'MAMORU KOMAI');
      await page.click('#to-confirm');
      await page.click('#place-order');
      await page.waitForURL(/notice=declined/);
      assert.match((await page.textContent('#payment-notice')) ?? '', /別のカード/);
    }));

  it('shows a decline that answers the token call itself, and never reaches the confirm page', () =>
    visit(async (page, origin) => {
      const before = await stats();
      await page.route(`${running.shop.ready.provider}/v1/tokens`, (route) =>
        route.fulfill({
          status: 402,
          contentType: 'application/json',
          body: JSON.stringify({
            error: {
              type: 'card_error',
              code: 'card_declined',
              decline_code: 'do_not_honor',
              message: 'The card was declined.',
            },
          }),
        }),
      );
      await walk(page, origin, card('9999000000000103'));
      await page.waitForSelector('#payment-error:not([hidden])');
      assert.match((await page.textContent('#payment-error')) ?? '', /ご利用いただけません/);
      assert.ok(page.url().endsWith('/checkout/payment'));
      assert.deepEqual((await stats()).distinct_numbers_received, before.distinct_numbers_received);
    }));

  it('refuses the last click once cards are switched off, and lets a bank transfer through', async () => {
    const id = await methodId(running.komainu, 'card');
    await visit(async (page, origin) => {
      await walk(page, origin, card('9999000000000004'));
      await page.waitForURL(`${origin}/checkout/confirm`);
      const before = await stats();
      assert.equal((await switchMethod(running.komainu, id, false)).updatePaymentMethod.enabled, false);
      await page.click('#place-order');
      await page.waitForURL(`${origin}/checkout/payment?notice=card-off`);
      assert.match(
        (await page.textContent('#payment-notice')) ?? '',
        /ただいまクレジットカードはご利用いただけません/,
      );
      assert.equal(await page.locator('#method-card').count(), 0);
      assert.equal((await stats()).charges, before.charges);
      await page.check('#method-bank-transfer');
      await page.click('#to-confirm');
      await page.click('#place-order');
      await page.waitForURL(/\/thanks\//);
      const order = await orderOf((await page.textContent('#order-code')) ?? '');
      assert.equal(order.state, 'PaymentAuthorized');
      assert.equal(order.payments.at(-1)?.method, 'bank-transfer');
    });
    assert.equal((await switchMethod(running.komainu, id, true)).updatePaymentMethod.enabled, true);
  });

  it('does not capture when cards are switched off while the customer is at the challenge', async () => {
    const id = await methodId(running.komainu, 'card');
    await visit(async (page, origin) => {
      await walk(page, origin, card('9999300000000008'));
      await page.click('#place-order');
      await page.waitForURL(/\/challenge\//);
      const charge = page.url().split('/').at(-1);
      await switchMethod(running.komainu, id, false);
      await page.fill('#challenge-code', challengeCode);
      await page.click('#challenge-submit');
      await page.waitForURL(/notice=card-off/);
      const kept = await fetch(`${running.shop.ready.provider}/v1/charges/${charge}`, {
        headers: { authorization: `Bearer ${running.settings.secretKey}` },
      });
      assert.equal(((await kept.json()) as { status: string }).status, 'authorized');
    });
    await switchMethod(running.komainu, id, true);
  });
});
