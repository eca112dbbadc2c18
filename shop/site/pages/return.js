// Back from the challenge. The charge is authorised at best; it is captured only if the engine still takes cards.
import { go } from './_layout.js';
import { settle } from './_settle.js';

export const route = '/checkout/return';

export function get(shop) {
  const charge = shop.query.charge ?? '';
  delete shop.memory.challengeUrl;
  if (!/^ch_[0-9a-f]{24}$/.test(charge)) return go('/checkout/payment?notice=auth');
  return settle(shop, 'card', { chargeId: charge });
}
