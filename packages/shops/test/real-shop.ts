import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Ready {
  readonly engine: string;
  readonly shopApi: string;
}

const start = new URL('../../../shop/start.ts', import.meta.url).pathname;

/** The reference shop on free ports with data of its own; `stop` ends it and removes the data. */
export async function realShop() {
  const data = mkdtempSync(join(tmpdir(), 'komainu-shops-'));
  const child = spawn(process.execPath, [start], {
    env: { ...process.env, SHOP_PORT_BASE: '0', SHOP_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Ready));
    child.once('exit', (code) => reject(new Error(`the shop ended with ${code} before it was ready`)));
  });
  return {
    ...ready,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

export type Ask = <T>(query: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;

/** A client of either API with a session of its own, as a visitor's or an administrator's browser is. */
export function client(url: string): Ask {
  let token: string | null = null;
  return async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    token = response.headers.get('vendure-auth-token') ?? token;
    const answer = (await response.json()) as { data?: T; errors?: readonly { message: string }[] };
    if (answer.data === undefined || answer.data === null)
      throw new Error(answer.errors?.[0]?.message ?? 'no data');
    return answer.data;
  };
}

/** A guest with something in the cart and an address given. */
export async function guest(shopApi: string, email: string): Promise<Ask> {
  const ask = client(shopApi);
  const { products } = await ask<{ products: { items: readonly { variants: readonly { id: string }[] }[] } }>(
    '{ products(options: { take: 1 }) { items { variants { id } } } }',
  );
  await ask('mutation($id: ID!) { addItemToOrder(productVariantId: $id, quantity: 1) { __typename } }', {
    id: products.items[0]?.variants[0]?.id,
  });
  await ask('mutation($input: CreateCustomerInput!) { setCustomerForOrder(input: $input) { __typename } }', {
    input: { emailAddress: email, firstName: '花', lastName: '小森' },
  });
  await ask(
    'mutation($input: CreateAddressInput!) { setOrderShippingAddress(input: $input) { __typename } }',
    {
      input: {
        fullName: '小森 花',
        streetLine1: '1-2-3',
        city: '千代田区',
        province: '東京都',
        postalCode: '100-0001',
        countryCode: 'JP',
      },
    },
  );
  const { eligibleShippingMethods } = await ask<{ eligibleShippingMethods: readonly { id: string }[] }>(
    '{ eligibleShippingMethods { id } }',
  );
  await ask('mutation($id: [ID!]!) { setOrderShippingMethod(shippingMethodId: $id) { __typename } }', {
    id: [eligibleShippingMethods[0]?.id],
  });
  return ask;
}

export const toPayment = (ask: Ask) =>
  ask<{ transitionOrderToState: { state: string; code: string } }>(
    'mutation { transitionOrderToState(state: "ArrangingPayment") { ... on Order { state code } } }',
  );

/** The last click: how the shop answers, in one word; an error of the API is its message. */
export const pay = async (ask: Ask, method: string): Promise<string> => {
  try {
    const answer = await ask<{ addPaymentToOrder: { __typename: string; errorCode?: string } }>(
      'mutation($input: PaymentInput!) { addPaymentToOrder(input: $input) { __typename ... on ErrorResult { errorCode } } }',
      { input: { method, metadata: {} } },
    );
    return answer.addPaymentToOrder.errorCode ?? answer.addPaymentToOrder.__typename;
  } catch (error) {
    return (error as Error).message;
  }
};
