import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type FailureCode, instant, type ShopOrder } from '@komainu/model';
import { afterEach, describe, expect, it } from 'vitest';
import { openShop, platformProblem, ShopsError } from '../src/index.ts';
import { type Asked, fakeEngine, FORBIDDEN, isSignIn, type Reply, signedIn } from './fake-engine.ts';

const PASSWORD = 'hunter2-is-secret';
const never = new AbortController().signal;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const platform = (adminApi: string, cardMethods = ['card']) =>
  ({ kind: 'vendure', adminApi, username: 'komainu', passwordEnv: 'SHOP_PASSWORD', cardMethods }) as const;
const open = (adminApi: string, timeout = 5_000, cardMethods = ['card']) =>
  openShop(platform(adminApi, cardMethods), { SHOP_PASSWORD: PASSWORD }, { timeout });

const engine = async (reply: (asked: Asked) => Reply) => {
  const fake = await fakeEngine(reply);
  closers.push(fake.close);
  return fake;
};
const methods = (...items: readonly (readonly [code: string, enabled: boolean])[]): Reply => ({
  data: {
    paymentMethods: {
      items: items.map(([code, enabled], id) => ({ id, code, enabled })),
      totalItems: items.length,
    },
  },
});
const everything = async (orders: AsyncIterable<ShopOrder>) => {
  const list: ShopOrder[] = [];
  for await (const order of orders) list.push(order);
  return list;
};
const YEAR = { from: instant(0), to: instant(Date.UTC(2030)) };

/** Every way in which an engine, or what stands in its place, can fail to answer. */
const shapes: readonly (readonly [name: string, code: FailureCode, says: RegExp, reply: Reply])[] = [
  ['a silent engine', 'timeout', /did not answer within 0.3 s/, () => {}],
  [
    'an answer that never ends',
    'timeout',
    /did not answer/,
    (_, response) => void response.write('{"data":'),
  ],
  ['a dropped connection', 'unreachable', /cannot be reached/, (request) => request.socket.destroy()],
  [
    'an internal error',
    'http-status',
    /HTTP 500/,
    (_, response) => response.writeHead(500).end('<h1>oops</h1>'),
  ],
  ['a gateway that waits', 'http-status', /HTTP 504/, (_, response) => response.writeHead(504).end()],
  [
    'a redirect, which would take the password along',
    'http-status',
    /redirects \(HTTP 307\)/,
    (_, response) => response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  ],
  [
    'a login page',
    'unreadable',
    /not what Vendure gives/,
    (_, response) => response.end('<html>sign in</html>'),
  ],
  ['nothing', 'unreadable', /not what Vendure gives/, (_, response) => response.end()],
  [
    'another shape',
    'unreadable',
    /not what Vendure gives/,
    { data: { paymentMethods: { items: [{ id: 1 }] } } },
  ],
  ['no data', 'unreadable', /not what Vendure gives/, { data: null }],
  [
    'an older schema',
    'step-failed',
    /error of its own/,
    {
      errors: [
        { message: 'Cannot query field "enabled"', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ],
      status: 400,
    },
  ],
  [
    'an answer without end, fast',
    'limit',
    /larger than 16 MiB/,
    (_, response) => {
      response.write('{"data":"');
      for (let n = 0; n < 20; n++) response.write('x'.repeat(2 ** 20));
      response.end('"}');
    },
  ],
];

describe.each([
  ['the sign-in', (asked: Asked, reply: Reply) => (isSignIn(asked) ? reply : methods(['card', true]))],
  ['a call', (asked: Asked, reply: Reply) => (isSignIn(asked) ? signedIn() : reply)],
] as const)('in place of %s', (_, place) => {
  it.each(shapes)('%s is a %s that says what to do', async (name, code, says, reply) => {
    const slow = code === 'timeout';
    const { url } = await engine((asked) => place(asked, reply));
    const port = open(url, slow ? 300 : 5_000);
    for (const act of ['cardMethods', 'switchOff', 'voidInFlight', 'resume'] as const) {
      const result = await port[act](never);
      if (result.kind !== 'failed') throw new Error(`${name}: ${act} was done`);
      expect(result.failure.code).toBe(code);
      expect(result.failure.message.en).toMatch(says);
      expect(result.failure.message.ja).toMatch(/。$/);
      expect(JSON.stringify(result)).not.toContain(PASSWORD);
      if (slow) break;
    }
    const streamed = everything(port.orders(YEAR, never));
    await expect(streamed).rejects.toThrow(ShopsError);
    await expect(streamed).rejects.toMatchObject({ code });
  });
});

describe('the session', () => {
  it('is renewed once when it is gone, and the call made again', async () => {
    let sessions = 0;
    const { url, asked } = await engine((call) => {
      if (isSignIn(call)) return signedIn(`s${++sessions}`);
      return call.session === 's1' && asked.length > 3 ? FORBIDDEN : methods(['card', true]);
    });
    const port = open(url);
    expect((await port.cardMethods(never)).kind).toBe('done');
    expect((await port.cardMethods(never)).kind).toBe('done');
    expect((await port.cardMethods(never)).kind).toBe('done');
    expect(sessions).toBe(2);
    expect(asked.at(-1)?.session).toBe('s2');
  });

  it('that stays forbidden is a missing permission, named', async () => {
    const { url, asked } = await engine((call) => {
      if (isSignIn(call)) return signedIn();
      return call.document.includes('updatePaymentMethod') ? FORBIDDEN : methods(['card', true]);
    });
    const result = await open(url).switchOff(never);
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'step-failed' } });
    if (result.kind === 'failed')
      expect(result.failure.message.en).toContain('lacks the permission UpdatePaymentMethod');
    expect(asked.filter(isSignIn)).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    [
      'InvalidCredentialsError',
      { data: { login: { __typename: 'InvalidCredentialsError', message: 'wrong' } } },
    ],
    ['FORBIDDEN', FORBIDDEN],
  ])('refused with %s says to look at name and password', async (_, reply) => {
    const { url } = await engine(() => reply);
    const result = await open(url).switchOff(never);
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'step-failed' } });
    if (result.kind === 'failed')
      expect(result.failure.message.en).toContain('refused the sign-in of "komainu"');
    expect(JSON.stringify(result)).not.toContain(PASSWORD);
  });

  it('without a token says which setting is missing', async () => {
    const { url } = await engine(() => ({ data: { login: { __typename: 'CurrentUser' } } }));
    const result = await open(url).cardMethods(never);
    expect(result).toMatchObject({
      kind: 'failed',
      failure: { code: 'unreadable', detail: expect.stringContaining('tokenMethod') },
    });
  });
});

describe('the way to the engine', () => {
  it('nobody listens: unreachable', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const result = await open(`http://127.0.0.1:${port}/admin-api`).switchOff(never);
    expect(result).toMatchObject({
      kind: 'failed',
      failure: { code: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('no TLS where TLS is asked: tls', async () => {
    const { url } = await engine(() => signedIn());
    const result = await open(url.replace('http:', 'https:')).switchOff(never);
    expect(result).toMatchObject({ kind: 'failed', failure: { code: 'tls' } });
  });

  it('a stop ends a call at once', async () => {
    const { url } = await engine(() => () => {});
    const stop = new AbortController();
    const call = open(url, 60_000).switchOff(stop.signal);
    setImmediate(() => stop.abort());
    expect(await call).toMatchObject({ kind: 'failed' });
  });

  it('no password: every act fails and names the variable; nothing is thrown', async () => {
    for (const env of [{}, { SHOP_PASSWORD: '' }]) {
      const port = openShop(platform('http://127.0.0.1:9/'), env);
      for (const act of ['cardMethods', 'switchOff', 'voidInFlight', 'resume'] as const) {
        const result = await port[act](never);
        expect(result.kind === 'failed' && result.failure.message.en).toContain('SHOP_PASSWORD is not set');
        expect(result.kind === 'failed' && result.failure.message.ja).toContain('SHOP_PASSWORD');
      }
      await expect(everything(port.unfinishedCheckouts(YEAR, never))).rejects.toThrow('SHOP_PASSWORD');
    }
    expect(platformProblem(platform('http://127.0.0.1:9/'), { SHOP_PASSWORD: 'x' })).toBeNull();
  });

  it('no platform: a halt says that it must be done by hand', async () => {
    const result = await openShop(undefined, {}).switchOff(never);
    expect(result.kind === 'failed' && result.failure.message.en).toContain('by hand');
  });
});

describe('a shop that does not do as asked', () => {
  /** Methods of a shop whose switch works for some codes only. */
  const stubborn = (stuck: readonly string[], start: Record<string, boolean>) => {
    const on = { ...start };
    return engine((call) => {
      if (isSignIn(call)) return signedIn();
      if (call.document.includes('updatePaymentMethod')) {
        const code = Object.keys(on)[Number(call.variables['id'])] ?? '';
        if (stuck.includes(code)) return { errors: [{ message: 'locked' }] };
        on[code] = call.variables['enabled'] === true;
        return { data: { updatePaymentMethod: { id: call.variables['id'], code, enabled: on[code] } } };
      }
      return methods(...Object.entries(on));
    });
  };
  const switched = (asked: readonly Asked[]) =>
    asked.flatMap(({ document, variables }) =>
      document.includes('updatePaymentMethod') ? [variables['id']] : [],
    );

  it('only the configured methods are touched, and only those not yet off', async () => {
    const { url, asked } = await stubborn([], { card: true, transfer: true, 'card-2': false });
    const result = await open(url, 5_000, ['card', 'card-2']).switchOff(never);
    expect(result).toEqual({
      kind: 'done',
      value: [
        { code: 'card', enabled: false },
        { code: 'card-2', enabled: false },
      ],
    });
    expect(switched(asked)).toEqual(['0']);
  });

  it('one method that cannot be switched does not keep the others on', async () => {
    const { url, asked } = await stubborn(['card'], { card: true, 'card-2': true });
    expect((await open(url, 5_000, ['card', 'card-2']).switchOff(never)).kind).toBe('failed');
    expect(switched(asked)).toEqual(['0', '1']);
  });

  it('a misspelt method does not keep the others on, and nothing goes on with one missing', async () => {
    const { url, asked } = await stubborn([], { card: true, transfer: true });
    const port = open(url, 5_000, ['card', 'crad']);
    const off = await port.switchOff(never);
    expect(off.kind === 'failed' && off.failure.message.en).toContain('no payment method with the code crad');
    expect(off.kind === 'failed' && off.failure.detail).toContain('card, transfer');
    expect(switched(asked)).toEqual(['0']);
    expect((await port.resume(never)).kind).toBe('failed');
    expect(switched(asked)).toEqual(['0']);
    expect((await port.cardMethods(never)).kind).toBe('failed');
  });

  it('what it says it switched is read back, not believed', async () => {
    const { url } = await engine((call) => {
      if (isSignIn(call)) return signedIn();
      return call.document.includes('updatePaymentMethod')
        ? { data: { updatePaymentMethod: { id: 0, code: 'card', enabled: false } } }
        : methods(['card', true]);
    });
    const off = await open(url).switchOff(never);
    expect(off.kind === 'failed' && off.failure.message.en).toContain('still on (card)');
    const voided = await open(url).voidInFlight(never);
    expect(voided.kind === 'failed' && voided.failure.message.en).toContain('Switch them off first');
  });

  it('a list of methods in pages is read to its end; one without end is not', async () => {
    const pages = await engine((call) => {
      if (isSignIn(call)) return signedIn();
      const skip = Number(call.variables['skip']);
      const items = Array.from({ length: Math.min(100, 150 - skip) }, (_, n) => ({
        id: skip + n,
        code: `m${skip + n}`,
        enabled: true,
      }));
      return { data: { paymentMethods: { items, totalItems: 150 } } };
    });
    expect(await open(pages.url, 5_000, ['m149']).cardMethods(never)).toMatchObject({ kind: 'done' });
    const endless = await engine((call) =>
      isSignIn(call)
        ? signedIn()
        : {
            data: {
              paymentMethods: {
                items: Array.from({ length: 100 }, () => ({ id: 1, code: 'x', enabled: true })),
                totalItems: 1e9,
              },
            },
          },
    );
    expect((await open(endless.url).cardMethods(never)).kind).toBe('failed');
  });
});
