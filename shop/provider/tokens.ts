import { Hono } from 'hono';
import { type Answer, bearerOf, failure, invalid, jsonBody, sameSecret, send } from './answers.ts';
import { brandOf, isLuhnValid, scenarioOf } from './cards.ts';
import type { ProviderSettings } from './settings.ts';
import { newId, type Store, unixNow } from './store.ts';
import type { Vault } from './vault.ts';

export const tokenLifeSeconds = 30 * 60;

type Card = {
  readonly number: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly cvc: string;
  readonly holder: string;
};

/** `{card: {number, exp_month, exp_year, cvc, holder}}`; everything else is the caller's mistake. */
function readCard(body: Readonly<Record<string, unknown>> | undefined): Card | Answer {
  const raw = body?.['card'];
  if (typeof raw !== 'object' || raw === null) return invalid('missing_card', 'card', 'A card is required.');
  const untrusted = raw as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof untrusted[name] === 'string' ? untrusted[name].trim() : '');
  const whole = (name: string) => (Number.isInteger(untrusted[name]) ? Number(untrusted[name]) : 0);
  const card = {
    number: text('number').replaceAll(/[ -]/g, ''),
    expMonth: whole('exp_month'),
    expYear: whole('exp_year'),
    cvc: text('cvc'),
    holder: text('holder').slice(0, 80),
  };
  if (!/^\d{12,19}$/.test(card.number)) return invalid('invalid_number', 'card.number', 'Not a card number.');
  return card;
}

function refusalOf(card: Card, now: Date): Answer | undefined {
  if (!isLuhnValid(card.number)) return invalid('invalid_number', 'card.number', 'Not a card number.');
  if (card.expMonth < 1 || card.expMonth > 12 || card.expYear < 2000 || card.expYear > 2099) {
    return invalid('invalid_expiry', 'card.exp_month', 'Not an expiry date.');
  }
  const lastMoment = new Date(card.expYear, card.expMonth, 1);
  if (lastMoment <= now || scenarioOf(card.number) === 'expired') {
    return failure(402, { type: 'card_error', code: 'expired_card', message: 'The card has expired.' });
  }
  if (!/^\d{3,4}$/.test(card.cvc)) return invalid('invalid_cvc', 'card.cvc', 'Not a security code.');
  if (card.holder === '')
    return invalid('invalid_holder', 'card.holder', 'The name on the card is required.');
  return undefined;
}

export function tokenRoutes(settings: ProviderSettings, store: Store, vault: Vault): Hono {
  return new Hono().post('/v1/tokens', async (c) => {
    // Only the provider's own frame may send a card here; a merchant's page that does so is misbuilt or altered.
    if (c.req.header('origin') !== settings.origin) {
      const message = 'Cards are accepted from the hosted fields only.';
      return send(c, failure(403, { type: 'authentication_error', code: 'origin_refused', message }));
    }
    if (!sameSecret(bearerOf(c), settings.publicKey)) {
      const message = 'Unknown public key.';
      return send(c, failure(401, { type: 'authentication_error', code: 'unknown_key', message }));
    }
    const card = readCard(await jsonBody(c));
    if ('status' in card) return send(c, card);
    vault.received(card.number);
    const refusal = refusalOf(card, new Date());
    if (refusal !== undefined) return send(c, refusal);

    const [id, created] = [newId('tok'), unixNow()];
    const [brand, last4] = [brandOf(card.number), card.number.slice(-4)];
    const expires = created + tokenLifeSeconds;
    store.run(
      'INSERT INTO tokens(id, brand, last4, exp_month, exp_year, created, expires) VALUES(?,?,?,?,?,?,?)',
      id,
      brand,
      last4,
      card.expMonth,
      card.expYear,
      created,
      expires,
    );
    vault.keep(id, card.number, tokenLifeSeconds * 1000);
    return send(c, {
      status: 201,
      body: {
        object: 'token',
        id,
        created,
        expires_at: expires,
        card: { brand, last4, exp_month: card.expMonth, exp_year: card.expYear },
      },
    });
  });
}
