import * as fc from 'fast-check';
import { instant, type Instant, type ShopOrder } from '@komainu/model';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ShopsError } from '../src/index.ts';
import type { AdminApi } from '../src/vendure/admin-api.ts';
import type { VendureOrder } from '../src/vendure/documents.ts';
import { placedOrders, unfinishedOrders } from '../src/vendure/orders.ts';

type Raw = z.input<typeof VendureOrder>;
const never = new AbortController().signal;
const T0 = Date.UTC(2026, 0, 31);
const at = (seconds: number) => instant(T0 + seconds * 1000);

const raw = (n: number, placed: number | null, more: Partial<Raw> = {}): Raw => ({
  id: n,
  code: `C${n}`,
  state: placed === null ? 'ArrangingPayment' : 'PaymentAuthorized',
  createdAt: at(placed ?? n),
  updatedAt: at(placed ?? n),
  orderPlacedAt: placed === null ? null : at(placed),
  customer: { firstName: '花', lastName: '小森', emailAddress: `c${n}@example.com` },
  shippingAddress: null,
  payments: [],
  ...more,
});

interface Listed {
  readonly take: number;
  readonly skip: number;
  readonly filter: Readonly<
    Record<string, { readonly between?: { readonly start: Instant; readonly end: Instant } }>
  >;
  readonly sort: Readonly<Record<string, string>>;
}

/** An admin API over a list of orders that keeps its times to the second and compares them as text, as SQLite does. */
const listing = (
  orders: readonly Raw[],
  meanwhile: (page: number) => readonly Raw[] = () => orders,
): AdminApi => {
  let page = 0;
  return {
    call: async (call) => {
      const { take, skip, filter, sort } = call.variables as unknown as Listed;
      const [by = ''] = Object.keys(sort) as ('createdAt' | 'orderPlacedAt')[];
      const stored = (order: Raw) => (order[by as 'createdAt'] ?? '').replace('T', ' ').replace('.000Z', '');
      const operand = (value: Instant) => value.replace('T', ' ').replace('Z', '');
      const between = filter[by]?.between;
      if (between === undefined) throw new Error('no window');
      const found = meanwhile(page++)
        .filter((order) => order[by as 'createdAt'] !== null)
        .filter((order) => stored(order) >= operand(between.start) && stored(order) <= operand(between.end))
        .toSorted((a, b) => (stored(a) < stored(b) ? -1 : stored(a) > stored(b) ? 1 : 0));
      const parsed = call.data.safeParse({ orders: { items: found.slice(skip, skip + take) } });
      if (!parsed.success) throw parsed.error;
      return { kind: 'done', value: parsed.data };
    },
  };
};

const all = async (orders: AsyncIterable<ShopOrder>) => {
  const list: ShopOrder[] = [];
  for await (const order of orders) list.push(order);
  return list;
};
const codes = async (orders: AsyncIterable<ShopOrder>) =>
  (await all(orders)).map(({ code }) => code).toSorted();

describe('orders of a window', () => {
  it('are all found once, whatever the page size and however many fall into one second', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 40 });
    const bounds = fc.tuple(fc.integer({ min: -1, max: 13 }), fc.integer({ min: -1, max: 13 }));
    await fc.assert(
      fc.asyncProperty(times, bounds, fc.integer({ min: 1, max: 9 }), async (list, [a, b], page) => {
        const orders = list.map((seconds, n) => raw(n, seconds));
        const window = { from: at(a), to: at(b) };
        const expected = list.flatMap((seconds, n) => (seconds >= a && seconds <= b ? [`C${n}`] : []));
        expect(await codes(placedOrders(listing(orders), window, never, page))).toEqual(expected.toSorted());
      }),
      { numRuns: 300 },
    );
  });

  it('a checkout that is paid while the pages are read hides no other', async () => {
    const orders = Array.from({ length: 20 }, (_, n) => raw(n, null));
    const meanwhile = (page: number) => orders.slice(Math.min(page * 2, 4));
    const found = await codes(
      unfinishedOrders(listing(orders, meanwhile), { from: at(0), to: at(99) }, never, 4),
    );
    expect(found).toEqual(orders.map(({ code }) => code).toSorted());
  });

  it('a shop that repeats itself is left, not followed for ever', async () => {
    const page = Array.from({ length: 5 }, (_, n) => raw(n, 1));
    const api: AdminApi = {
      call: async (call) => ({ kind: 'done', value: call.data.parse({ orders: { items: page } }) }),
    };
    await expect(all(placedOrders(api, { from: at(0), to: at(9) }, never, 5))).rejects.toThrow(ShopsError);
  });
});

describe('an unfinished checkout', () => {
  const window = { from: at(100), to: at(200) };
  const reaches = async (more: Partial<Raw>) =>
    (
      await all(
        unfinishedOrders(
          listing([raw(1, null, { createdAt: at(150), updatedAt: at(150), ...more })]),
          window,
          never,
        ),
      )
    ).length === 1;

  it('counts when it waits for payment, has an address, or a payment was tried', async () => {
    expect(await reaches({})).toBe(true);
    expect(await reaches({ state: 'AddingItems' })).toBe(false);
    expect(await reaches({ state: 'AddingItems', shippingAddress: { streetLine1: '' } })).toBe(false);
    expect(await reaches({ state: 'AddingItems', shippingAddress: { streetLine1: '1-1' } })).toBe(true);
    expect(await reaches({ state: 'Cancelled', payments: [{ method: 'card' }] })).toBe(true);
  });

  it('counts when it was alive at some time of the window', async () => {
    expect(await reaches({ createdAt: at(0), updatedAt: at(99) })).toBe(false);
    expect(await reaches({ createdAt: at(0), updatedAt: at(100) })).toBe(true);
    expect(await reaches({ createdAt: at(0), updatedAt: at(999) })).toBe(true);
    expect(await reaches({ createdAt: at(200), updatedAt: at(999) })).toBe(true);
    expect(await reaches({ createdAt: at(201), updatedAt: at(999) })).toBe(false);
  });
});

describe('what a shop says of a person', () => {
  const one = async (more: Partial<Raw>) =>
    (await all(placedOrders(listing([raw(1, 5, more)]), { from: at(0), to: at(9) }, never)))[0];

  it('is a name in the order of its script', async () => {
    expect((await one({}))?.name).toBe('小森 花');
    expect(
      (await one({ customer: { firstName: 'Hana', lastName: 'Komori', emailAddress: 'h@example.com' } }))
        ?.name,
    ).toBe('Hana Komori');
    expect(
      (await one({ customer: null, shippingAddress: { fullName: '小森 花', streetLine1: '1' } }))?.name,
    ).toBe('小森 花');
    expect(await one({ customer: null })).toMatchObject({ name: null, email: null });
  });

  it('can be recorded, whatever was typed', async () => {
    const order = await one({
      code: '\ud800',
      customer: { firstName: '\udfff', lastName: '', emailAddress: '<script>\u0000' },
    });
    expect(order?.code).toBe('\ufffd');
    expect(order?.name?.isWellFormed()).toBe(true);
  });

  it('names each payment method once', async () => {
    const order = await one({ payments: [{ method: 'card' }, { method: 'card' }, { method: 'cod' }] });
    expect(order?.paymentMethods).toEqual(['card', 'cod']);
  });
});
