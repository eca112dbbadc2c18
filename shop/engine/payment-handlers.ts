import { type CreatePaymentResult, LanguageCode, type Order, PaymentMethodHandler } from '@vendure/core';

/** The parts of the provider's charge that this shop uses. */
type Charge = {
  readonly id: string;
  readonly status: 'succeeded' | 'authorized' | 'requires_action' | 'declined' | 'canceled';
  readonly amount: number;
  readonly amount_refunded: number;
  readonly card: { readonly brand: string; readonly last4: string };
  readonly metadata: Readonly<Record<string, string>>;
  readonly next_action?: { readonly url: string };
};
type ProviderAnswer = { readonly status: number; readonly body: unknown };

const messageOf = (body: unknown): string => {
  const error = (body as { error?: { code?: string; decline_code?: string } } | null)?.error;
  return error?.decline_code ?? error?.code ?? 'provider_unavailable';
};

/** Server to server with the secret key; the card itself never passes through the shop, only its token. */
async function callProvider(
  path: string,
  payload?: unknown,
  idempotencyKey?: string,
): Promise<ProviderAnswer> {
  const base = process.env['MUSUBI_URL'] ?? 'http://127.0.0.20:4320';
  try {
    const response = await fetch(`${base}${path}`, {
      method: payload === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${process.env['MUSUBI_SECRET_KEY'] ?? ''}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(payload === undefined ? {} : { body: JSON.stringify(payload) }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return { status: 503, body: null };
  }
}

const isCharge = (answer: ProviderAnswer): answer is { status: number; body: Charge } =>
  answer.status < 300 && typeof (answer.body as Charge | null)?.id === 'string';

const declined = (amount: number, errorMessage: string, charge?: Charge): CreatePaymentResult => ({
  amount,
  state: 'Declined',
  errorMessage,
  ...(charge === undefined ? {} : { transactionId: charge.id }),
  metadata:
    charge?.next_action === undefined
      ? {}
      : { public: { code: errorMessage, challengeUrl: charge.next_action.url, chargeId: charge.id } },
});

const settled = (charge: Charge): CreatePaymentResult => ({
  amount: charge.amount,
  state: 'Settled',
  transactionId: charge.id,
  metadata: { public: { brand: charge.card.brand, last4: charge.card.last4 } },
});

async function chargeToken(order: Order, amount: number, token: string, returnUrl: string) {
  const answer = await callProvider(
    '/v1/charges',
    { amount, currency: 'jpy', token, return_url: returnUrl, metadata: { order: order.code } },
    `${order.code}:${token}`,
  );
  if (!isCharge(answer)) return declined(amount, messageOf(answer.body));
  // An authorisation that waits for the cardholder counts as declined here: Vendure would count any other
  // state as covering the order, and nothing is captured until the customer is back from the challenge.
  if (answer.body.status === 'requires_action')
    return declined(amount, 'authentication_required', answer.body);
  return settled(answer.body);
}

async function captureAuthenticated(order: Order, amount: number, chargeId: string) {
  const found = await callProvider(`/v1/charges/${encodeURIComponent(chargeId)}`);
  if (!isCharge(found)) return declined(amount, messageOf(found.body));
  // The charge id comes back through the customer's browser: it must belong to this very order.
  if (found.body.metadata['order'] !== order.code || found.body.amount !== amount) {
    return declined(amount, 'charge_mismatch');
  }
  if (found.body.status === 'succeeded') return settled(found.body);
  if (found.body.status !== 'authorized') return declined(amount, 'authentication_failed');
  const captured = await callProvider(`/v1/charges/${found.body.id}/capture`, {}, `capture:${found.body.id}`);
  return isCharge(captured) ? settled(captured.body) : declined(amount, messageOf(captured.body));
}

/** `metadata` is what the storefront sends: `{token, returnUrl}`, or `{chargeId}` after a challenge. */
export const cardHandler = new PaymentMethodHandler({
  code: 'musubi-card',
  description: [{ languageCode: LanguageCode.en, value: 'Card through Musubi Payments' }],
  args: {},
  createPayment: async (_ctx, order, amount, _args, metadata) => {
    if (typeof metadata['chargeId'] === 'string') {
      return captureAuthenticated(order, amount, metadata['chargeId']);
    }
    const { token, returnUrl } = metadata as Record<string, unknown>;
    if (typeof token !== 'string' || typeof returnUrl !== 'string') return declined(amount, 'token_missing');
    return chargeToken(order, amount, token, returnUrl);
  },
  settlePayment: () => ({ success: true }),
  createRefund: async (_ctx, _input, amount, _order, payment) => {
    const answer = await callProvider('/v1/refunds', { charge: payment.transactionId, amount });
    const id = (answer.body as { id?: unknown } | null)?.id;
    if (answer.status >= 300 || typeof id !== 'string') return { state: 'Failed' };
    return { state: 'Settled', transactionId: id };
  },
});

/** Bank transfer and cash on delivery: the order stands, the money comes later. */
export const offlineHandler = new PaymentMethodHandler({
  code: 'offline',
  description: [{ languageCode: LanguageCode.en, value: 'Paid outside the shop' }],
  args: {},
  createPayment: (_ctx, order, amount) => ({
    amount,
    state: 'Authorized',
    transactionId: order.code,
    metadata: {},
  }),
  settlePayment: () => ({ success: true }),
});
