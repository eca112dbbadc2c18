import type { Base } from '../behaviour.ts';
import { hostedFrame, hostedPayment, hostedSdk } from './hosted.ts';
import { cartPage, directFields, paymentPage, thanksPage, topPage } from './pages.ts';
import { analytics, directPayment, formKit, providerSdk, shopScript, styles } from './scripts.ts';
import type { Answer, Place, Site } from './site.ts';

export interface Payment {
  readonly url: string;
  /** The provider's call that takes the card: answered by the probe. */
  readonly tokens: string;
  /** Places the order: never called by the probe. */
  readonly order: string;
}

/** What the untampered shop and its suppliers serve. */
export function basePlaces(origins: Site['origins']): Readonly<Record<Base, ReadonlyMap<Place, Answer>>> {
  const common: readonly [Place, Answer][] = [
    ['shop/', topPage(origins)],
    ['shop/cart', cartPage(origins)],
    ['shop/checkout/thanks', thanksPage(origins)],
    ['shop/checkout/order', ({ method }) => (method === 'POST' ? ORDERED : { status: 405 })],
    ['shop/assets/shop.js', shopScript],
    ['shop/assets/shop.css', styles],
    ['cdn/form-kit/2.1.0/form-kit.min.js', formKit],
    ['stats/tag.js', analytics(origins)],
    ['stats/collect', { status: 204 }],
    ['pay/v1/tokens', ({ method }) => (method === 'POST' ? TOKEN : { status: 204 })],
  ];
  return {
    direct: new Map([
      ...common,
      ['shop/checkout/payment', paymentPage(origins, directFields)],
      ['shop/assets/payment.js', directPayment],
      ['pay/v1/pay.js', providerSdk(origins)],
    ]),
    hosted: new Map([
      ...common,
      ['shop/checkout/payment', paymentPage(origins, '<div id="card-box" data-pay="card"></div>')],
      ['shop/assets/payment.js', hostedPayment],
      ['pay/v1/pay.js', hostedSdk(origins)],
      ['pay/v1/fields', hostedFrame],
    ]),
  };
}

const TOKEN = { headers: { 'content-type': 'application/json' }, body: '{"token":"tok_31f0c2"}' };
const ORDERED = {
  headers: { 'content-type': 'application/json' },
  body: '{"next":"/checkout/thanks?order=20261122-0417"}',
};
