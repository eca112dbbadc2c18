import { html, yen } from './_html.js';

export const orderFields = `id code state totalQuantity subTotalWithTax shippingWithTax totalWithTax orderPlacedAt
  taxSummary { description taxRate taxTotal }
  lines { id quantity linePriceWithTax unitPriceWithTax productVariant { id name product { slug customFields { unit } } } }
  shippingLines { shippingMethod { id name } }
  customer { firstName lastName emailAddress customFields { familyKana givenKana } }
  shippingAddress { fullName streetLine1 city province postalCode phoneNumber }
  payments { id state method errorMessage metadata }`;

export const activeOrder = async (shop) => {
  const { data } = await shop.api(
    `{ activeOrder { ${orderFields} } activeCustomer { id firstName lastName emailAddress phoneNumber customFields { familyKana givenKana } addresses { fullName streetLine1 city province postalCode phoneNumber } } }`,
  );
  return { order: data.activeOrder ?? undefined, customer: data.activeCustomer ?? undefined };
};

export const toState = (shop, state) =>
  shop.api(
    `mutation($state:String!){ transitionOrderToState(state:$state){ __typename ... on Order { state } } }`,
    { state },
  );

/** An order that waits for its payment cannot change; it goes back one step first. */
export async function makeEditable(shop, order) {
  if (order?.state === 'ArrangingPayment') await toState(shop, 'AddingItems');
}

export async function addItem(shop, variant, quantity) {
  const add = () =>
    shop.api(
      `mutation($id:ID!,$quantity:Int!){ addItemToOrder(productVariantId:$id,quantity:$quantity){ __typename } }`,
      { id: variant, quantity },
    );
  const { data } = await add();
  if (data.addItemToOrder?.__typename !== 'OrderModificationError') return;
  await toState(shop, 'AddingItems');
  await add();
}

export const lineList = (order) =>
  html`<ul class="lines">${order.lines.map(
    (line) => html`<li>
  <span>${line.productVariant.name} <small>${line.productVariant.product.customFields.unit}</small></span>
  <span class="times">× ${line.quantity}</span><span class="sum">${yen(line.linePriceWithTax)}</span></li>`,
  )}</ul>`;

export function totals(t, order, withShipping = true) {
  const tax = order.taxSummary.reduce((sum, part) => sum + part.taxTotal, 0);
  return html`<dl class="totals"><dt>${t.subtotal}</dt><dd>${yen(order.subTotalWithTax)}</dd>
    ${withShipping ? html`<dt>${t.shipping}</dt><dd>${order.shippingWithTax === 0 ? t.free : yen(order.shippingWithTax)}</dd>` : ''}
    <dt class="grand">${t.total}</dt><dd class="grand" id="order-total">${yen(order.totalWithTax)}</dd>
    <dt class="tax">${t.ofWhichTax}</dt><dd class="tax">${yen(tax)}</dd></dl>`;
}

export const side = (t, order) =>
  html`<aside class="side"><h2>${t.cartTitle}</h2>${lineList(order)}${totals(t, order, order.shippingLines.length > 0)}</aside>`;
