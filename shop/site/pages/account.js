import { visitor, visitorFields } from './_goods.js';
import { html, yen } from './_html.js';
import { go, layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/account';

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(`{ ${visitorFields.replace('activeCustomer { id }', '')}
    activeCustomer { id firstName lastName orders(options:{take:50,sort:{createdAt:DESC},filter:{active:{eq:false}}}) { items { code state orderPlacedAt totalWithTax totalQuantity lines { productVariant { name } } } } } }`);
  const { activeCustomer: customer } = data;
  if (!customer) return go('/sign-in?next=/account');
  const date = (iso) =>
    iso
      ? new Intl.DateTimeFormat(shop.lang, { dateStyle: 'medium', timeZone: 'Asia/Tokyo' }).format(
          new Date(iso),
        )
      : '';
  const orders = customer.orders.items;
  const body = html`<section class="narrow account"><h1>${t.accountTitle}</h1>
    <p class="lead">${t.welcome}${shop.lang === 'ja' ? `${customer.lastName}さん` : customer.firstName}</p>
    ${
      orders.length === 0
        ? html`<p>${t.noOrders}</p><a class="button" href="/#goods">${t.heroAction}</a>`
        : html`<ul class="orders">${orders.map(
            (order) => html`<li>
      <div><small>${date(order.orderPlacedAt)}</small><a href="/thanks/${order.code}">${order.code}</a></div>
      <p>${order.lines.map((line) => line.productVariant.name).join('、')}</p>
      <div><span class="state">${t[`state${order.state}`] ?? order.state}</span><b>${yen(order.totalWithTax)}</b></div></li>`,
          )}</ul>`
    }
    <form method="post" action="/sign-out"><button id="sign-out" class="link">${t.navSignOut}</button></form></section>`;
  return layout(shop, { title: t.accountTitle, body, ...visitor(data) });
}
