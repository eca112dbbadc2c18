import { instant, type ShopOrder, type ShopPort } from '@komainu/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop } from '../src/index.ts';
import { adminApi } from '../src/vendure/admin-api.ts';
import { placedOrders } from '../src/vendure/orders.ts';
import { type Ask, client, guest, pay, realShop, toPayment } from './real-shop.ts';

const never = new AbortController().signal;
const USER = 'komainu';
const PASSWORD = process.env['SHOP_KOMAINU_PASSWORD'] ?? 'komorebi-komainu';
let shop: Awaited<ReturnType<typeof realShop>>;
let port: ShopPort;
let admin: Ask;
const began = Date.now();

const open = (username: string, password: string) =>
  openShop(
    { kind: 'vendure', adminApi: shop.engine, username, passwordEnv: 'PASSWORD', cardMethods: ['card'] },
    { PASSWORD: password },
    { timeout: 60_000 },
  );
const window = () => ({ from: instant(began - 60_000), to: instant(Date.now() + 60_000) });
const all = async (orders: AsyncIterable<ShopOrder>) => {
  const list: ShopOrder[] = [];
  for await (const order of orders) list.push(order);
  return list;
};

beforeAll(async () => {
  shop = await realShop();
  port = open(USER, PASSWORD);
  admin = client(shop.engine);
  await admin('mutation { login(username: "superadmin", password: "komorebi-superadmin") { __typename } }');
  // The first start ever furnishes the shop, on a machine that may be busy.
}, 600_000);
afterAll(() => shop.stop());

describe('Vendure', { timeout: 600_000 }, () => {
  it('a customer at the last click cannot pay by card once it is off; one paying by transfer can', async () => {
    const byCard = await guest(shop.shopApi, 'card@example.com');
    const byTransfer = await guest(shop.shopApi, 'transfer@example.com');
    await toPayment(byCard);
    await toPayment(byTransfer);
    expect(await port.cardMethods(never)).toEqual({ kind: 'done', value: [{ code: 'card', enabled: true }] });
    // The handler itself declines, for want of a token: the method is reached.
    expect(await pay(byCard, 'card')).toBe('PAYMENT_DECLINED_ERROR');
    const early = await port.voidInFlight(never);
    expect(early.kind === 'failed' && early.failure.message.en).toContain('still on (card)');

    for (let twice = 0; twice < 2; twice++) {
      expect(await port.switchOff(never)).toEqual({
        kind: 'done',
        value: [{ code: 'card', enabled: false }],
      });
    }
    const voided = await port.voidInFlight(never);
    expect(voided).toMatchObject({ kind: 'done', value: { voided: 0 } });
    if (voided.kind === 'done') expect(voided.value.note).toMatch(/card off.* 2 checkouts/);
    expect(await pay(byCard, 'card')).not.toMatch(/^(Order|PAYMENT_DECLINED_ERROR)$/);
    const eligible = await byCard<{ eligiblePaymentMethods: readonly { code: string }[] }>(
      '{ eligiblePaymentMethods { code } }',
    );
    expect(eligible.eligiblePaymentMethods.map(({ code }) => code)).not.toContain('card');
    expect(await pay(byTransfer, 'bank-transfer')).toBe('Order');

    expect(await port.resume(never)).toEqual({ kind: 'done', value: [{ code: 'card', enabled: true }] });
    expect(await pay(byCard, 'card')).toBe('PAYMENT_DECLINED_ERROR');
  });

  it('orders of a window, in pages, each once, with named columns only', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      const ask = await guest(shop.shopApi, `${name}@example.com`);
      await toPayment(ask);
      expect(await pay(ask, 'bank-transfer')).toBe('Order');
    }
    const orders = await all(port.orders(window(), never));
    expect(orders.map(({ email }) => email)).toEqual(
      ['transfer', 'a', 'b', 'c', 'd'].map((who) => `${who}@example.com`),
    );
    expect(orders[0]).toEqual({
      code: expect.stringMatching(/^[A-Z0-9]+$/),
      state: 'PaymentAuthorized',
      placedAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      email: 'transfer@example.com',
      name: '小森 花',
      paymentMethods: ['bank-transfer'],
    });
    const api = adminApi({ url: shop.engine, username: USER, password: PASSWORD, timeout: 60_000 });
    for (const page of [1, 2, 5]) expect(await all(placedOrders(api, window(), never, page))).toEqual(orders);
    const [, second, third] = orders;
    const between = { from: second?.placedAt ?? instant(), to: third?.placedAt ?? instant() };
    expect((await all(port.orders(between, never))).map(({ code }) => code)).toEqual([
      second?.code,
      third?.code,
    ]);
    expect(await all(port.orders({ from: instant(0), to: instant(began - 3_600_000) }, never))).toEqual([]);
  });

  it('unfinished checkouts: those at the payment step and those with an address, not mere carts', async () => {
    await guest(shop.shopApi, 'address@example.com');
    const cart = client(shop.shopApi);
    await cart('mutation { addItemToOrder(productVariantId: 1, quantity: 1) { __typename } }');
    const found = await all(port.unfinishedCheckouts(window(), never));
    expect(found.map(({ email, state }) => [email, state])).toEqual([
      ['card@example.com', 'ArrangingPayment'],
      ['address@example.com', 'AddingItems'],
    ]);
    expect(found[0]).toMatchObject({ placedAt: null, paymentMethods: ['card'], name: '小森 花' });
    expect(
      await all(port.unfinishedCheckouts({ from: instant(0), to: instant(began - 3_600_000) }, never)),
    ).toEqual([]);
  });

  it('a wrong password, and a role that lacks a permission, say so', async () => {
    const wrong = await open(USER, 'wrong').switchOff(never);
    expect(wrong.kind === 'failed' && wrong.failure.message.en).toContain('refused the sign-in of "komainu"');

    const { createRole } = await admin<{ createRole: { id: string } }>(
      'mutation { createRole(input: { code: "reader", description: "", permissions: [ReadOrder, ReadPaymentMethod] }) { id } }',
    );
    await admin('mutation($input: CreateAdministratorInput!) { createAdministrator(input: $input) { id } }', {
      input: {
        firstName: 'R',
        lastName: 'R',
        emailAddress: 'reader',
        password: 'reader-password',
        roleIds: [createRole.id],
      },
    });
    const reader = open('reader', 'reader-password');
    expect((await reader.cardMethods(never)).kind).toBe('done');
    const refused = await reader.switchOff(never);
    expect(refused.kind === 'failed' && refused.failure.message.en).toContain(
      'lacks the permission UpdatePaymentMethod',
    );
    expect(await port.cardMethods(never)).toEqual({ kind: 'done', value: [{ code: 'card', enabled: true }] });
  });

  it("Komainu's own account can do nothing else", async () => {
    const mine = client(shop.engine);
    await mine('mutation($p: String!) { login(username: "komainu", password: $p) { __typename } }', {
      p: PASSWORD,
    });
    for (const forbidden of [
      '{ administrators { totalItems } }',
      'mutation { deleteProduct(id: 1) { result } }',
      'mutation { createRole(input: { code: "x", description: "", permissions: [] }) { id } }',
    ]) {
      await expect(mine(forbidden)).rejects.toThrow(/authorized|FORBIDDEN/i);
    }
  });

  it('a schema it does not know is a failure with the engine’s own words, not a crash', async () => {
    const shopApi = openShop(
      { kind: 'vendure', adminApi: shop.shopApi, username: USER, passwordEnv: 'P', cardMethods: ['card'] },
      { P: PASSWORD },
    );
    expect(await shopApi.switchOff(never)).toMatchObject({ kind: 'failed' });
  });
});
