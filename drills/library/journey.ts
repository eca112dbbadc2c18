import type { Journey, PaymentPage } from '@komainu/model';
import type { Base } from './behaviour.ts';
import type { LibrarySite } from './site/server.ts';

const type = (id: string, value: string, frame?: readonly number[]): Journey['steps'][number] => ({
  type: 'change',
  selectors: [`#${id}`],
  value,
  ...(frame ? { frame: [...frame] } : {}),
});

/** What a recorder would have written of a purchase: from the cart to the click that pays. */
export function journeyOf(base: Base): Journey {
  const frame = base === 'hosted' ? [0] : undefined;
  return {
    title: base === 'hosted' ? 'カートから支払いまで（決済代行の入力欄）' : 'カートから支払いまで',
    steps: [
      { type: 'navigate', url: '{{origin}}/cart' },
      {
        type: 'click',
        selectors: ['#to-payment'],
        assertedEvents: [{ type: 'navigation', url: '' }],
      },
      { type: 'waitForElement', selectors: ['#pay'] },
      type('family-name', '{{shopper.familyName}}'),
      type('postcode', '{{shopper.postcode}}'),
      type('email', '{{shopper.email}}'),
      type('cc-number', '{{canary.number}}', frame),
      type('cc-exp', '{{canary.expiry}}', frame),
      type('cc-csc', '{{canary.code}}', frame),
      type('cc-name', '{{canary.holder}}', frame),
      { type: 'click', selectors: ['#pay'] },
    ],
  };
}

/** The payment page as a configuration would have it: the provider's call is answered with a decline. */
export const pageOf = (site: LibrarySite, base: Base): PaymentPage => ({
  id: base as PaymentPage['id'],
  url: site.payment.url,
  journey: `${base}.json`,
  paymentCalls: [
    {
      method: 'POST',
      url: site.payment.tokens,
      answer: { status: 402, headers: {}, body: '{"error":"card_declined"}' },
    },
  ],
  neverCall: [site.payment.order],
  everySeconds: 300,
});
