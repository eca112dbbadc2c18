import { art } from './_art.js';
import { html, yen } from './_html.js';
import { go, layout } from './_layout.js';
import { activeOrder, makeEditable, totals } from './_order.js';
import { words } from './_words.js';

export const route = '/cart';

export async function get(shop) {
  const t = words(shop.lang);
  const { order, customer } = await activeOrder(shop);
  const filled = order && order.lines.length > 0;
  const body = html`<section class="wide cart"><h1 class="section">${t.cartTitle}</h1>
    ${
      filled
        ? html`<div class="two">
      <ul class="cart-lines">${order.lines.map(
        (line) => html`<li>
        <div class="art">${art(line.productVariant.product.slug)}</div>
        <div class="what"><a href="/products/${line.productVariant.product.slug}">${line.productVariant.name}</a><small>${line.productVariant.product.customFields.unit}</small>
          <form method="post" class="adjust"><input type="hidden" name="line" value="${line.id}">
            <label class="hidden" for="quantity-${line.id}">${t.quantity}</label>
            <input id="quantity-${line.id}" name="quantity" type="number" min="1" max="99" value="${line.quantity}">
            <button name="act" value="set" class="link">${t.update}</button><button name="act" value="remove" class="link">${t.remove}</button></form></div>
        <p class="price">${yen(line.linePriceWithTax)}</p></li>`,
      )}</ul>
      <aside class="side">${totals(t, order, order.shippingLines.length > 0)}<p class="small">${t.shippingLater}</p>
        <a id="to-checkout" class="button full" href="/checkout">${t.cartCheckout}</a><p class="center"><a href="/#goods">${t.continueShopping}</a></p></aside></div>`
        : html`<p class="lead">${t.cartEmpty}</p><p><a class="button" href="/#goods">${t.continueShopping}</a></p>`
    }
  </section>`;
  return layout(shop, {
    title: t.cartTitle,
    body,
    count: order?.totalQuantity ?? 0,
    member: Boolean(customer),
  });
}

export async function post(shop) {
  const { order } = await activeOrder(shop);
  const line = order?.lines.find(({ id }) => id === shop.form.line);
  if (!line) return go('/cart');
  await makeEditable(shop, order);
  const quantity =
    shop.form.act === 'remove' ? 0 : Math.min(99, Math.max(1, Number.parseInt(shop.form.quantity, 10) || 1));
  await shop.api(
    `mutation($id:ID!,$quantity:Int!){ adjustOrderLine(orderLineId:$id,quantity:$quantity){ __typename } }`,
    { id: line.id, quantity },
  );
  return go('/cart');
}
