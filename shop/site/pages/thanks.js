import { html } from './_html.js';
import { layout, steps } from './_layout.js';
import { lineList, orderFields, totals } from './_order.js';
import { words } from './_words.js';

export const route = '/thanks/:code';

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(
    `query($code:String!){ orderByCode(code:$code){ ${orderFields} } activeCustomer { id } }`,
    { code: shop.params.code },
  );
  const order = data.orderByCode;
  if (!order)
    return layout(shop, {
      title: t.notFoundTitle,
      status: 404,
      body: html`<section class="narrow"><h1>${t.notFoundTitle}</h1><p>${t.notFoundText}</p></section>`,
    });
  const bank = order.payments?.some(
    (payment) => payment.method === 'bank-transfer' && payment.state === 'Authorized',
  );
  const body = html`<section class="narrow thanks">${steps(t, 4)}<h1>${t.thanksTitle}</h1><p class="lead">${t.thanksLead}</p>
    <p class="order-code">${t.orderNumber} <strong id="order-code">${order.code}</strong></p><p class="small">${t.thanksMail}</p>
    ${bank ? html`<div class="notice"><strong>${t.bankTitle}</strong><br>${t.bankAccount}</div>` : ''}
    <div class="sheet">${lineList(order)}${totals(t, order)}</div><p class="center"><a class="button quiet" href="/">${t.backHome}</a></p></section>`;
  return layout(shop, { title: t.thanksTitle, body, member: Boolean(data.activeCustomer) });
}
