// What becomes of a payment: the engine decides, and each of its answers has one page.
import { go } from './_layout.js';
import { activeOrder } from './_order.js';

const outages = new Set(['provider_unavailable', 'network_unavailable', 'internal']);

const switchedOff = (method) => `/checkout/payment?notice=${method === 'card' ? 'card-off' : 'choose'}`;

async function stillOffered(shop, method) {
  const { data } = await shop.api('{ eligiblePaymentMethods { code isEligible } }');
  return (data.eligiblePaymentMethods ?? []).some(({ code, isEligible }) => code === method && isEligible);
}

export async function settle(shop, method, metadata) {
  const { data, refused } = await shop.api(
    `mutation($input:PaymentInput!){ addPaymentToOrder(input:$input){ __typename
      ... on Order { code state }
      ... on PaymentDeclinedError { paymentErrorMessage }
      ... on PaymentFailedError { paymentErrorMessage }
      ... on ErrorResult { errorCode message } } }`,
    { input: { method, metadata } },
  );
  // A method switched off since the customer chose it: Vendure no longer finds it and refuses the whole call.
  if (refused !== '' && !(await stillOffered(shop, method))) return go(switchedOff(method));
  const result = data.addPaymentToOrder;
  switch (result?.__typename) {
    case 'Order':
      shop.memory.lastOrder = result.code;
      delete shop.memory.method;
      return go(`/thanks/${encodeURIComponent(result.code)}`);
    case 'IneligiblePaymentMethodError':
      return go(switchedOff(method));
    case 'PaymentDeclinedError': {
      const reason = result.paymentErrorMessage;
      if (reason === 'authentication_required') return handOver(shop);
      if (reason === 'authentication_failed') return go('/checkout/payment?notice=auth');
      if (reason === 'token_expired' || reason === 'token_missing')
        return go('/checkout/payment?notice=token');
      return go(`/checkout/payment?notice=${outages.has(reason) ? 'unavailable' : 'declined'}`);
    }
    case 'OrderPaymentStateError':
    case 'NoActiveOrderError':
      return shop.memory.lastOrder ? go(`/thanks/${encodeURIComponent(shop.memory.lastOrder)}`) : go('/cart');
    default:
      return go('/checkout/payment?notice=unavailable');
  }
}

/** The bank wants to see the customer: the address waits in the newest payment of the order. */
async function handOver(shop) {
  const { order } = await activeOrder(shop);
  const asked = order?.payments?.filter((payment) => payment.metadata?.public?.challengeUrl).at(-1);
  const url = asked?.metadata.public.challengeUrl ?? '';
  if (!url.startsWith(`${shop.settings.provider}/challenge/`))
    return go('/checkout/payment?notice=unavailable');
  shop.memory.challengeUrl = url;
  return go('/checkout/handoff');
}
