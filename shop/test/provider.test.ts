import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProvider, type Provider } from '../provider/app.ts';
import { testCards, isLuhnValid } from '../provider/cards.ts';
import type { ProviderSettings } from '../provider/settings.ts';
import { sign, verify } from '../provider/signature.ts';
import { after, before, describe, it } from './runner.ts';

const origin = 'http://127.0.0.20:1';
const merchantOrigin = 'http://127.0.0.10:1';
const dir = mkdtempSync(join(tmpdir(), 'musubi-'));
const operator = { user: 'operator', password: 'o' };
const settings: ProviderSettings = {
  origin,
  merchantOrigin,
  merchant: 'komorebi',
  publicKey: 'pk_t',
  secretKey: 'sk_t',
  webhookSecret: 'whsec_t',
  webhookUrl: '',
  retryBaseMs: 10,
  operator,
  databaseFile: join(dir, 'p.sqlite'),
};
type Seen = { readonly signature: string; readonly body: string };
type Json = Record<string, unknown> & { readonly error?: { readonly code: string } };

let provider: Provider;
let receiver: Server;
let answers: number[] = [];
let seen: Seen[] = [];
let onSeen: () => void = () => {};

const call = async (path: string, init: RequestInit = {}) => {
  const response = await provider.fetch(new Request(`${origin}${path}`, init));
  return { status: response.status, body: (await response.json()) as Json };
};
const token = async (number: string, more: Readonly<Record<string, string>> = {}) =>
  call('/v1/tokens', {
    method: 'POST',
    headers: { origin, authorization: 'Bearer pk_t', 'content-type': 'application/json', ...more },
    body: JSON.stringify({ card: { number, exp_month: 12, exp_year: 2040, cvc: '123', holder: 'A B' } }),
  });
const secret = (path: string, body: unknown, key?: string) =>
  call(path, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_t', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
const charge = (id: unknown, key?: string) =>
  secret(
    '/v1/charges',
    { amount: 1000, currency: 'jpy', token: id, return_url: `${merchantOrigin}/back` },
    key,
  );
const asOperator = { authorization: `Basic ${Buffer.from('operator:o').toString('base64')}` };
const stats = async () => (await call('/v1/operator/stats', { headers: asOperator })).body;
const received = (count: number) =>
  new Promise<void>((resolve) => {
    onSeen = () => (seen.length >= count ? resolve() : undefined);
    onSeen();
  });

before(async () => {
  provider = createProvider(settings);
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      seen.push({
        signature: String(request.headers['musubi-signature']),
        body: Buffer.concat(parts).toString(),
      });
      response.writeHead(answers.shift() ?? 204).end();
      onSeen();
    });
  });
  await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
});
after(() => {
  provider.stop();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('the payment provider', () => {
  it('has test cards that no issuer can own, with valid check digits', () => {
    for (const number of Object.keys(testCards)) {
      assert.ok(isLuhnValid(number), number);
      assert.ok(number.startsWith('9999'), number);
    }
  });

  it('takes cards from its own frame only, with the public key only', async () => {
    const number = '9999000000000004';
    assert.equal((await token(number, { origin: merchantOrigin })).status, 403);
    assert.equal((await token(number, { authorization: 'Bearer sk_t' })).status, 401);
    assert.equal((await stats())['distinct_numbers_received'], 0);
    const made = await token(number);
    assert.equal(made.status, 201);
    assert.deepEqual(made.body['card'], { brand: 'musubi', last4: '0004', exp_month: 12, exp_year: 2040 });
    assert.equal((await stats())['distinct_numbers_received'], 1);
  });

  it('refuses what is not a card, as a typed error', async () => {
    for (const body of ['', '[]', '{"card":1}', '{"card":{"number":{}}}']) {
      const answer = await call('/v1/tokens', {
        method: 'POST',
        headers: { origin, authorization: 'Bearer pk_t' },
        body,
      });
      assert.equal(answer.status, 400, body);
    }
    assert.equal((await token('9999000000000005')).body.error?.code, 'invalid_number');
    assert.equal((await token('9999500000000003')).body.error?.code, 'expired_card');
  });

  it('charges a token once, and the same key once', async () => {
    const { body } = await token('9999000000000004');
    const first = await charge(body['id'], 'k1');
    assert.equal(first.body['status'], 'succeeded');
    assert.deepEqual(await charge(body['id'], 'k1'), first);
    assert.equal((await secret('/v1/charges', { other: 1 }, 'k1')).status, 409);
    assert.equal((await charge(body['id'])).body.error?.code, 'token_expired');
  });

  it('declines by card, and says which kind', async () => {
    for (const [number, status, code] of [
      ['9999100000000002', 402, 'card_declined'],
      ['9999200000000000', 402, 'card_declined'],
      ['9999600000000001', 503, 'network_unavailable'],
    ] as const) {
      const answer = await charge((await token(number)).body['id']);
      assert.equal(answer.status, status);
      assert.equal(answer.body.error?.code, code);
    }
  });

  it('refunds no more than was charged', async () => {
    const made = await charge((await token('9999000000000004')).body['id']);
    assert.equal(made.status, 201);
    assert.equal((await secret('/v1/refunds', { charge: made.body['id'], amount: 600 })).status, 201);
    assert.equal((await secret('/v1/refunds', { charge: made.body['id'], amount: 600 })).status, 400);
    assert.equal((await secret('/v1/refunds', { charge: made.body['id'] })).body['amount'], 400);
  });

  it('captures an authorisation once, and cannot capture a cancelled one', async () => {
    const authorise = async () => {
      const { body } = await token('9999000000000004');
      return secret('/v1/charges', {
        amount: 500,
        currency: 'jpy',
        token: body['id'],
        capture: false,
        return_url: `${merchantOrigin}/`,
      });
    };
    const kept = (await authorise()).body['id'];
    assert.equal((await secret(`/v1/charges/${String(kept)}/capture`, {})).body['status'], 'succeeded');
    const dropped = (await authorise()).body['id'];
    assert.equal((await secret(`/v1/charges/${String(dropped)}/cancel`, {})).body['status'], 'canceled');
    assert.equal((await secret(`/v1/charges/${String(dropped)}/capture`, {})).status, 409);
  });
});

describe('the notice of a suspected leak', () => {
  const notice = {
    case_id: 'case-1',
    suspected_from: '2026-01-31T00:00:00+09:00',
    suspected_to: '2026-03-08T00:00:00+09:00',
    cards: 210,
    message: '不正利用の共通点が見つかりました。',
  };
  const file = (body: unknown) =>
    call('/v1/operator/notices', { method: 'POST', headers: asOperator, body: JSON.stringify(body) });

  it('is refused without the password or with nonsense in it', async () => {
    const anonymous = await provider.fetch(new Request(`${origin}/operator`));
    assert.equal(anonymous.status, 401);
    assert.equal((await file({ ...notice, suspected_to: '2020-01-01T00:00:00Z' })).status, 400);
    assert.equal((await file({ ...notice, cards: -1 })).status, 400);
  });

  it('waits for an endpoint, is signed, and is sent again until a 2xx', async () => {
    answers = [500, 302, 429];
    assert.equal((await file(notice)).status, 201);
    assert.equal((await file(notice)).status, 409);
    const { port } = receiver.address() as AddressInfo;
    await call('/v1/webhook_endpoint', {
      method: 'PUT',
      headers: { authorization: 'Bearer sk_t' },
      body: JSON.stringify({ url: `http://127.0.0.1:${port}/hook` }),
    });
    await received(4);
    const ids = new Set(seen.map(({ body }) => (JSON.parse(body) as { id: string }).id));
    assert.equal(ids.size, 1);
    const now = Math.floor(Date.now() / 1000);
    for (const { signature, body } of seen) assert.ok(verify('whsec_t', signature, body, now));
    const event = JSON.parse(seen[0]?.body ?? '') as Json;
    assert.equal(event['type'], 'leak.suspected');
    assert.deepEqual(event['data'], { merchant: 'komorebi', ...notice });
  });

  it('survives a restart of the provider before it was delivered', async () => {
    seen = [];
    answers = [500];
    assert.equal((await file({ ...notice, case_id: 'case-2' })).status, 201);
    await received(1);
    provider.stop();
    provider = createProvider(settings);
    await received(2);
    assert.equal(seen[0]?.body, seen[1]?.body);
  });

  it('has a signature that any change breaks', () => {
    const header = sign('whsec_t', 1_000, '{"a":1}');
    assert.ok(verify('whsec_t', header, '{"a":1}', 1_000));
    assert.equal(verify('whsec_t', header, '{"a":2}', 1_000), false);
    assert.equal(verify('whsec_x', header, '{"a":1}', 1_000), false);
    assert.equal(verify('whsec_t', header, '{"a":1}', 1_400), false);
    assert.equal(verify('whsec_t', header.replace('t=1000', 't=1001'), '{"a":1}', 1_000), false);
    assert.equal(verify('whsec_t', 'nonsense', '{"a":1}', 1_000), false);
  });
});
