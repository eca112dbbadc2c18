import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { type Answer, bearerOf, failure, invalid, jsonBody, sameSecret, send } from './answers.ts';
import { type Scenario, scenarioOf } from './cards.ts';
import type { ProviderSettings } from './settings.ts';
import { newId, type Row, type Store, unixNow } from './store.ts';
import type { Vault } from './vault.ts';

type Body = Readonly<Record<string, unknown>>;

const decline = (code: string, declineCode: string): Answer =>
  failure(402, { type: 'card_error', code, decline_code: declineCode, message: 'The card was declined.' });
const refusals: Readonly<Partial<Record<Scenario, Answer>>> = {
  decline: decline('card_declined', 'do_not_honor'),
  insufficient_funds: decline('card_declined', 'insufficient_funds'),
  expired: decline('expired_card', 'expired_card'),
  outage: failure(503, {
    type: 'api_error',
    code: 'network_unavailable',
    message: 'The card network does not answer.',
  }),
};
const notFound = (what: string): Answer =>
  failure(404, { type: 'invalid_request_error', code: 'not_found', message: `No such ${what}.` });
const wrongState = (status: unknown): Answer =>
  failure(409, {
    type: 'invalid_request_error',
    code: 'wrong_state',
    message: `The charge is ${String(status)}.`,
  });

export const chargeBody = (settings: ProviderSettings, row: Row): object => ({
  object: 'charge',
  id: row['id'],
  status: row['status'],
  amount: row['amount'],
  amount_refunded: row['refunded'],
  currency: 'jpy',
  card: { brand: row['brand'], last4: row['last4'] },
  metadata: JSON.parse(String(row['metadata'])) as unknown,
  created: row['created'],
  ...(row['status'] === 'requires_action'
    ? { next_action: { type: 'redirect', url: `${settings.origin}/challenge/${row['id']}` } }
    : {}),
});

const cleanMetadata = (raw: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof raw === 'object' && raw !== null ? raw : {})
      .slice(0, 20)
      .map(([key, value]) => [key.slice(0, 40), String(value).slice(0, 200)]),
  );

function createCharge(settings: ProviderSettings, store: Store, vault: Vault, body: Body): Answer {
  const { amount, currency, token, return_url: returnUrl } = body;
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 50 || amount > 9_999_999) {
    return invalid('invalid_amount', 'amount', 'Whole yen, 50 to 9,999,999.');
  }
  if (currency !== 'jpy') return invalid('invalid_currency', 'currency', 'Only jpy.');
  if (typeof token !== 'string') return invalid('missing_token', 'token', 'A token is required.');
  if (typeof returnUrl !== 'string' || URL.parse(returnUrl)?.origin !== settings.merchantOrigin) {
    return invalid('invalid_return_url', 'return_url', 'It must lie on the registered origin.');
  }
  const row = store.get('SELECT * FROM tokens WHERE id=?', token);
  if (row === undefined) return invalid('unknown_token', 'token', 'No such token.');
  const number = vault.take(token);
  if (number === undefined || row['used'] !== 0 || Number(row['expires']) < unixNow()) {
    return invalid('token_expired', 'token', 'The token has expired or was used.');
  }
  store.run('UPDATE tokens SET used=1 WHERE id=?', token);

  const scenario = scenarioOf(number);
  const refusal = refusals[scenario];
  if (refusal !== undefined) return refusal;
  const id = newId('ch');
  const status =
    scenario !== 'approve' ? 'requires_action' : body['capture'] === false ? 'authorized' : 'succeeded';
  store.run(
    'INSERT INTO charges(id, status, amount, brand, last4, metadata, return_url, challenge, created) VALUES(?,?,?,?,?,?,?,?,?)',
    id,
    status,
    amount,
    row['brand'] ?? '',
    row['last4'] ?? '',
    JSON.stringify(cleanMetadata(body['metadata'])),
    returnUrl,
    scenario === 'approve' ? null : scenario,
    unixNow(),
  );
  return {
    status: 201,
    body: chargeBody(settings, store.get('SELECT * FROM charges WHERE id=?', id) ?? {}),
  };
}

function refund(store: Store, body: Body): Answer {
  const row = store.get(
    'SELECT * FROM charges WHERE id=?',
    typeof body['charge'] === 'string' ? body['charge'] : '',
  );
  if (row === undefined) return notFound('charge');
  if (row['status'] !== 'succeeded') return wrongState(row['status']);
  const left = Number(row['amount']) - Number(row['refunded']);
  const amount = body['amount'] ?? left;
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1 || amount > left) {
    return invalid('invalid_amount', 'amount', `Whole yen, 1 to ${left}.`);
  }
  const [id, created] = [newId('re'), unixNow()];
  store.run('UPDATE charges SET refunded=refunded+? WHERE id=?', amount, row['id'] ?? '');
  store.run(
    'INSERT INTO refunds(id, charge, amount, created) VALUES(?,?,?,?)',
    id,
    row['id'] ?? '',
    amount,
    created,
  );
  return {
    status: 201,
    body: { object: 'refund', id, charge: row['id'], amount, currency: 'jpy', status: 'succeeded', created },
  };
}

/** From one state to the next, or the reason why not. */
function move(settings: ProviderSettings, store: Store, id: string, from: string, to: string): Answer {
  const changed = store.run('UPDATE charges SET status=? WHERE id=? AND status=?', to, id, from);
  const row = store.get('SELECT * FROM charges WHERE id=?', id);
  if (row === undefined) return notFound('charge');
  return changed === 1 || row['status'] === to
    ? { status: 200, body: chargeBody(settings, row) }
    : wrongState(row['status']);
}

/** The merchant's server, with the secret key. Every POST may carry an `Idempotency-Key`. */
export function chargeRoutes(settings: ProviderSettings, store: Store, vault: Vault): Hono {
  const post = async (c: Context, work: (body: Body) => Answer): Promise<Response> => {
    const body = await jsonBody(c);
    if (body === undefined) return send(c, invalid('invalid_json', '', 'A JSON object is required.'));
    const key = c.req.header('idempotency-key');
    if (key === undefined) return send(c, work(body));
    const request = createHash('sha256')
      .update(`${c.req.path}\n${JSON.stringify(body)}`)
      .digest('hex');
    const kept = store.get('SELECT * FROM idempotency WHERE key=?', key);
    if (kept !== undefined) {
      if (kept['request'] === request) {
        return send(c, {
          status: Number(kept['status']) as Answer['status'],
          body: JSON.parse(String(kept['body'])) as object,
        });
      }
      const message = 'This key was used for another request.';
      return send(c, failure(409, { type: 'invalid_request_error', code: 'idempotency_mismatch', message }));
    }
    // No await between the look-up and here: a second request with the same key cannot slip in.
    const answer = work(body);
    store.run(
      'INSERT INTO idempotency(key, request, status, body, created) VALUES(?,?,?,?,?)',
      key,
      request,
      answer.status,
      JSON.stringify(answer.body),
      unixNow(),
    );
    return send(c, answer);
  };

  return new Hono()
    .use('/v1/*', async (c, next) => {
      if (sameSecret(bearerOf(c), settings.secretKey)) return next();
      const message = 'A secret key is required.';
      return send(c, failure(401, { type: 'authentication_error', code: 'unknown_key', message }));
    })
    .post('/v1/charges', (c) => post(c, (body) => createCharge(settings, store, vault, body)))
    .get('/v1/charges/:id', (c) => {
      const row = store.get('SELECT * FROM charges WHERE id=?', c.req.param('id'));
      return send(
        c,
        row === undefined ? notFound('charge') : { status: 200, body: chargeBody(settings, row) },
      );
    })
    .post('/v1/charges/:id/capture', (c) =>
      post(c, () => move(settings, store, c.req.param('id'), 'authorized', 'succeeded')),
    )
    .post('/v1/charges/:id/cancel', (c) =>
      post(c, () => move(settings, store, c.req.param('id'), 'authorized', 'canceled')),
    )
    .post('/v1/refunds', (c) => post(c, (body) => refund(store, body)))
    .get('/v1/webhook_endpoint', (c) => {
      const url = String(store.get(`SELECT value FROM settings WHERE key='webhook_url'`)?.['value'] ?? '');
      return send(c, { status: 200, body: { object: 'webhook_endpoint', url } });
    })
    .put('/v1/webhook_endpoint', async (c) => {
      const url = (await jsonBody(c))?.['url'];
      if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
        return send(c, invalid('invalid_url', 'url', 'An http(s) address is required.'));
      }
      store.run(`INSERT OR REPLACE INTO settings(key, value) VALUES('webhook_url', ?)`, url);
      return send(c, { status: 200, body: { object: 'webhook_endpoint', url } });
    });
}
