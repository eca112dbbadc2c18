import type { ActResult, CardMethod, Failure, PlatformConfig, ShopPort } from '@komainu/model';
import * as failures from '../failures.ts';
import { type AdminApi, adminApi } from './admin-api.ts';
import { COUNT, Count, type Method, METHODS, Methods, SWITCH, Switched } from './documents.ts';
import { placedOrders, unfinishedOrders } from './orders.ts';

export type VendureConfig = Extract<PlatformConfig, { kind: 'vendure' }>;

/** Payment methods asked for at once; a shop has a handful. */
const PAGE = 100;
/** A list without end is no shop's. */
const MOST = 2_000;

/**
 * Vendure 3 by its admin API. The account needs ReadOrder, ReadCustomer, ReadPaymentMethod and UpdatePaymentMethod,
 * and nothing else.
 * @param timeout of one call, in milliseconds
 */
export function vendurePort(config: VendureConfig, password: string, timeout = 10_000): ShopPort {
  const { adminApi: url, username, cardMethods: codes } = config;
  const api = adminApi({ url, username, password, timeout });
  async function turn(enabled: boolean, signal: AbortSignal): Promise<ActResult<readonly CardMethod[]>> {
    const before = await readMethods(api, url, codes, signal);
    if (before.kind === 'failed') return before;
    const { found, missing } = before.value;
    // A misspelt method must not keep the others on; but with one missing, nothing is switched on.
    if (enabled && missing !== null) return { kind: 'failed', failure: missing };
    let failure: Failure | null = null;
    for (const { id } of found.filter((method) => method.enabled !== enabled)) {
      const call = { document: SWITCH, variables: { id, enabled }, data: Switched };
      const switched = await api.call({ ...call, permission: 'UpdatePaymentMethod' }, signal);
      if (switched.kind === 'failed') failure ??= switched.failure;
    }
    if (failure !== null) return { kind: 'failed', failure };
    const after = await stated(signal);
    if (after.kind === 'failed') return after;
    const wrong = after.value.filter((method) => method.enabled !== enabled).map(({ code }) => code);
    if (wrong.length === 0) return after;
    return {
      kind: 'failed',
      failure: enabled ? failures.stillOff(url, wrong) : failures.stillOn(url, wrong),
    };
  }

  async function stated(signal: AbortSignal): Promise<ActResult<readonly CardMethod[]>> {
    const methods = await readMethods(api, url, codes, signal);
    if (methods.kind === 'failed') return methods;
    const { found, missing } = methods.value;
    if (missing !== null) return { kind: 'failed', failure: missing };
    return { kind: 'done', value: found.map(({ code, enabled }) => ({ code, enabled })) };
  }

  return {
    cardMethods: stated,
    switchOff: (signal) => turn(false, signal),
    resume: (signal) => turn(true, signal),
    async voidInFlight(signal) {
      const methods = await stated(signal);
      if (methods.kind === 'failed') return methods;
      const on = methods.value.filter(({ enabled }) => enabled).map(({ code }) => code);
      // `addPaymentToOrder` looks for an enabled method with the code: only while all are off is nothing left to void.
      if (on.length > 0) return { kind: 'failed', failure: failures.stillOn(url, on) };
      const open = await api.call({ document: COUNT, data: Count, permission: 'ReadOrder' }, signal);
      const under = open.kind === 'done' ? `${open.value.orders.totalItems}` : 'an unknown number of';
      const off = methods.value.map(({ code }) => code).join(', ');
      const note = `Read back: ${off} off. Vendure refuses addPaymentToOrder for a method that is off, so ${under} checkouts at the payment step cannot pay by card and keep their other methods.`;
      return { kind: 'done', value: { voided: 0, note } };
    },
    orders: (window, signal) => placedOrders(api, window, signal),
    unfinishedCheckouts: (window, signal) => unfinishedOrders(api, window, signal),
  };
}

interface Read {
  /** The configured card methods as the shop states them. */
  readonly found: readonly Method[];
  /** Configured codes the shop does not have. */
  readonly missing: Failure | null;
}

async function readMethods(
  api: AdminApi,
  url: string,
  codes: readonly string[],
  signal: AbortSignal,
): Promise<ActResult<Read>> {
  const all: Method[] = [];
  while (all.length < MOST) {
    const variables = { take: PAGE, skip: all.length };
    const call = { document: METHODS, variables, data: Methods, permission: 'ReadPaymentMethod' };
    const page = await api.call(call, signal);
    if (page.kind === 'failed') return page;
    const { items, totalItems } = page.value.paymentMethods;
    all.push(...items);
    if (items.length === 0 || all.length >= totalItems) break;
  }
  const present = all.map(({ code }) => code);
  const unknown = codes.filter((code) => !present.includes(code));
  const missing = unknown.length === 0 ? null : failures.noSuchMethod(url, unknown, present);
  return { kind: 'done', value: { found: all.filter(({ code }) => codes.includes(code)), missing } };
}
