// The payment application, part two: the last look and the last click.
import { html } from './_html.js';
import { go, layout, steps } from './_layout.js';
import { activeOrder, lineList, totals } from './_order.js';
import { settle } from './_settle.js';
import { words } from './_words.js';

export const route = '/checkout/confirm';

const methodName = {
  card: { ja: 'クレジットカード', en: 'Credit card' },
  'bank-transfer': { ja: '銀行振込', en: 'Bank transfer' },
  cod: { ja: '代金引換', en: 'Cash on delivery' },
};

export async function get(shop) {
  const t = words(shop.lang);
  const { order } = await activeOrder(shop);
  if (!order || order.lines.length === 0) return go('/cart');
  if (order.state !== 'ArrangingPayment') return go('/checkout');
  const { method, cardToken, cardBrand, cardLast4 } = shop.memory;
  if (!method) return go('/checkout/payment');
  if (method === 'card' && !cardToken) return go('/checkout/payment?notice=token');
  const { shippingAddress: to, customer } = order;
  const body = html`<section class="wide">${steps(t, 3)}<h1 class="section">${t.confirmTitle}</h1><p class="lead">${t.confirmLead}</p>
    <div class="two"><div class="sheet">
      <div class="review"><h2>${t.shipTo}</h2><a href="/checkout">${t.change}</a>
        <p>〒${to.postalCode} ${to.province}${to.city} ${to.streetLine1}<br>${to.fullName}${shop.lang === 'ja' ? ' 様' : ''} · ${to.phoneNumber}<br>${customer?.emailAddress}</p></div>
      <div class="review"><h2>${t.deliveryMethod}</h2><a href="/checkout">${t.change}</a><p>${order.shippingLines[0]?.shippingMethod.name}</p></div>
      <div class="review"><h2>${t.payBy}</h2><a href="/checkout/payment">${t.change}</a>
        <p id="confirm-method">${methodName[method]?.[shop.lang] ?? method}${method === 'card' ? html` <span class="plate">${cardBrand} •••• ${cardLast4}</span>` : ''}</p></div>
    </div>
    <aside class="side"><h2>${t.cartTitle}</h2>${lineList(order)}${totals(t, order)}
      <form method="post" id="confirm-form"><button id="place-order" class="button full strong">${t.placeOrder}</button></form>
      <p class="center"><a href="/checkout/payment">${t.backToPayment}</a></p></aside></div></section>`;
  return layout(shop, { title: t.confirmTitle, body, part: 'checkout' });
}

export async function post(shop) {
  const { method, cardToken } = shop.memory;
  if (!method) return go('/checkout/payment');
  const metadata =
    method === 'card' ? { token: cardToken ?? '', returnUrl: `${shop.settings.origin}/checkout/return` } : {};
  // A token is good for one charge: whatever the outcome, the next attempt types the card again.
  delete shop.memory.cardToken;
  return settle(shop, method, metadata);
}
