// The payment application, part one: choose how to pay; a card is typed into the provider's frame, never here.
import { html, raw } from './_html.js';
import { go, layout, steps } from './_layout.js';
import { activeOrder, side } from './_order.js';
import { words } from './_words.js';

export const route = '/checkout/payment';

const notices = {
  'card-off': 'noticeCardOff',
  declined: 'noticeDeclined',
  auth: 'noticeAuth',
  unavailable: 'noticeUnavailable',
  choose: 'noticeChoose',
  token: 'noticeToken',
};
const hints = { card: 'cardHint', 'bank-transfer': 'bankHint', cod: 'codHint' };

const eligible = async (shop) => {
  const { data } = await shop.api('{ eligiblePaymentMethods { id code name isEligible } }');
  return (data.eligiblePaymentMethods ?? []).filter((method) => method.isEligible);
};

const cardBox = (
  shop,
  t,
) => html`<div id="card-box" class="card-box" data-provider="${shop.settings.provider}"
    data-src="${shop.settings.provider}/fields/v1?key=${encodeURIComponent(shop.settings.publicKey)}&lang=${shop.lang}" data-frame-title="${t.frameTitle}"
    data-incomplete="${t.cardIncomplete}" data-refused="${t.cardRefused}" data-unreachable="${t.cardUnreachable}" data-working="${t.cardWorking}">
    <noscript><p class="notice bad">${t.needScript}</p></noscript>
    <div id="card-frame"></div>
    <p id="payment-error" class="notice bad" role="alert" hidden></p>
    <input type="hidden" id="card-token" name="card_token"><input type="hidden" id="card-brand" name="card_brand"><input type="hidden" id="card-last4" name="card_last4">
  </div>`;

export async function get(shop) {
  const t = words(shop.lang);
  const { order } = await activeOrder(shop);
  if (!order || order.lines.length === 0) return go('/cart');
  if (order.state !== 'ArrangingPayment') return go('/checkout');
  const methods = await eligible(shop);
  const chosen = methods.find(({ code }) => code === shop.memory.method) ?? methods[0];
  const notice = notices[shop.query.notice];
  const body = html`<section class="wide">${steps(t, 2)}<h1 class="section">${t.paymentTitle}</h1>
    ${notice ? html`<p id="payment-notice" class="notice bad" role="alert">${t[notice]}</p>` : ''}
    <div class="two"><form method="post" id="payment-form" class="sheet">
      ${methods.length === 0 ? html`<p class="notice bad">${t.noMethods}</p>` : ''}
      ${methods.map(
        (method) => html`<div class="way"><label class="choice" for="method-${method.code}">
        <input type="radio" id="method-${method.code}" name="method" value="${method.code}"${method === chosen ? raw(' checked') : ''}>
        <span>${method.name}<small>${t[hints[method.code]] ?? ''}</small></span></label>
        ${method.code === 'card' ? cardBox(shop, t) : ''}</div>`,
      )}
      <button id="to-confirm" class="button full"${methods.length === 0 ? raw(' disabled') : ''}>${t.toConfirm}</button>
      <p class="center"><a href="/checkout">${t.backToAddress}</a></p>
    </form>${side(t, order)}</div></section>`;
  return layout(shop, {
    title: t.paymentTitle,
    body,
    part: 'checkout',
    payment: true,
    scripts: ['/assets/payment.js'],
  });
}

export async function post(shop) {
  const methods = await eligible(shop);
  const { method, card_token: token, card_brand: brand, card_last4: last4 } = shop.form;
  if (!methods.some(({ code }) => code === method)) {
    return go(`/checkout/payment?notice=${method === 'card' ? 'card-off' : 'choose'}`);
  }
  shop.memory.method = method;
  if (method === 'card') {
    if (!/^tok_[0-9a-f]{24}$/.test(token ?? '')) return go('/checkout/payment?notice=token');
    shop.memory.cardToken = token;
    shop.memory.cardBrand = /^[a-z]{2,12}$/.test(brand ?? '') ? brand : 'card';
    shop.memory.cardLast4 = /^\d{4}$/.test(last4 ?? '') ? last4 : '';
  }
  return go('/checkout/confirm');
}
