import { type Failure, instant, type Instant, type ShopOrder, text, type TimeWindow } from '@komainu/model';
import { ShopsError } from '../errors.ts';
import type { AdminApi } from './admin-api.ts';
import { ORDERS, Orders, type VendureOrder } from './documents.ts';

/** Orders asked for at once; Vendure's own limit is 1,000 unless configured lower. */
const PAGE = 250;

interface Listing {
  /** The column the pages are cut by; it never changes once set. */
  readonly by: 'createdAt' | 'orderPlacedAt';
  readonly filter: Readonly<Record<string, unknown>>;
  readonly from: Instant;
  readonly to: Instant;
  readonly wanted: (order: VendureOrder) => boolean;
}

/** Orders placed in the window, ends included, oldest first. @throws ShopsError */
export const placedOrders = (api: AdminApi, window: TimeWindow, signal: AbortSignal, page = PAGE) =>
  list(api, signal, page, {
    by: 'orderPlacedAt',
    filter: {},
    ...window,
    wanted: ({ orderPlacedAt }) => orderPlacedAt !== null && within(orderPlacedAt, window),
  });

/**
 * Checkouts that were never placed and were alive at some time of the window: those that wait for payment, and those
 * that got as far as an address. Many storefronts ask for `ArrangingPayment` only at the last click, after the card
 * was typed; a cart without an address never reached the payment page.
 * @throws ShopsError
 */
export const unfinishedOrders = (api: AdminApi, window: TimeWindow, signal: AbortSignal, page = PAGE) =>
  list(api, signal, page, {
    by: 'createdAt',
    filter: { orderPlacedAt: { isNull: true }, updatedAt: { after: earlier(window.from) } },
    from: instant(0),
    to: window.to,
    wanted: (order) =>
      order.orderPlacedAt === null &&
      order.createdAt <= window.to &&
      order.updatedAt >= window.from &&
      reachedPayment(order),
  });

const reachedPayment = ({ state, shippingAddress, payments }: VendureOrder) =>
  state === 'ArrangingPayment' ||
  (payments ?? []).length > 0 ||
  ![null, undefined, ''].includes(shippingAddress?.streetLine1);

const within = (at: Instant, { from, to }: TimeWindow) => at >= from && at <= to;

/**
 * SQLite keeps some of Vendure's times to the second and compares them as text: `…:00` sorts before `…:00.000`. The
 * shop is therefore asked from two milliseconds earlier, and what comes is judged by its instant.
 */
const earlier = (at: Instant) => instant(Math.max(Date.parse(at) - 2, 0));

/**
 * Pages by the time of the last order seen, not by counting: orders that leave the list meanwhile (a checkout is paid)
 * must not make others slip through.
 */
async function* list(
  api: AdminApi,
  signal: AbortSignal,
  take: number,
  listing: Listing,
): AsyncGenerator<ShopOrder> {
  const { by, from, to } = listing;
  let start = earlier(from);
  let skip = 0;
  let barren = 0;
  let seen = new Map<string, Instant>();
  if (from > to) return;
  for (;;) {
    const filter = { ...listing.filter, [by]: { between: { start, end: to } } };
    const variables = { take, skip, filter, sort: { [by]: 'ASC' } };
    const answer = await api.call(
      { document: ORDERS, variables, data: Orders, permission: 'ReadOrder' },
      signal,
    );
    if (answer.kind === 'failed') throw new ShopsError(answer.failure);
    const { items } = answer.value.orders;
    // The same page again and again would never end: no such list can be complete.
    barren = items.some(({ id }) => !seen.has(id)) ? 0 : barren + 1;
    if (barren > 2 && items.length >= take) throw new ShopsError(ENDLESS);
    for (const order of items) {
      if (seen.has(order.id)) continue;
      seen.set(order.id, order[by] ?? to);
      if (listing.wanted(order)) yield shopOrder(order);
    }
    const last = items.at(-1)?.[by];
    if (items.length < take || last === undefined || last === null) return;
    const next = earlier(last);
    if (next > start) {
      start = next;
      skip = 0;
      seen = new Map([...seen].filter(([, at]) => at >= next));
    } else skip += take;
  }
}

const ENDLESS: Failure = {
  code: 'unreadable',
  message: text(
    "The shop's list of orders repeats itself and cannot be read to its end. Check the version of the shop's engine.",
    '店舗の注文一覧が同じ内容を繰り返すため、最後まで読み取れません。店舗のシステムの版を確認してください。',
  ),
};

function shopOrder(order: VendureOrder): ShopOrder {
  const { customer, shippingAddress } = order;
  return {
    code: order.code,
    state: order.state,
    placedAt: order.orderPlacedAt,
    updatedAt: order.updatedAt,
    email: customer?.emailAddress ?? null,
    name: (customer === null ? '' : fullName(customer)) || shippingAddress?.fullName || null,
    paymentMethods: [...new Set((order.payments ?? []).map(({ method }) => method))],
  };
}

const EASTERN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Family name first where the name is written in a script in which that is the order. */
function fullName({
  firstName,
  lastName,
}: {
  readonly firstName: string;
  readonly lastName: string;
}): string {
  const parts = EASTERN.test(firstName + lastName) ? [lastName, firstName] : [firstName, lastName];
  return parts.filter((part) => part !== '').join(' ');
}
