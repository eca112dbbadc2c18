import { art } from './_art.js';
import { marksOf, productFields, visitor, visitorFields } from './_goods.js';
import { html, raw, yen } from './_html.js';
import { go, layout } from './_layout.js';
import { addItem } from './_order.js';
import { marks, words } from './_words.js';

export const route = '/products/:slug';

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(
    `query($slug:String!){ product(slug:$slug){ ${productFields} } ${visitorFields} }`,
    { slug: shop.params.slug },
  );
  const { product } = data;
  if (!product) {
    return layout(shop, {
      title: t.notFoundTitle,
      status: 404,
      ...visitor(data),
      body: html`<section class="narrow"><h1>${t.notFoundTitle}</h1><p>${t.notFoundText}</p><a class="button" href="/#goods">${t.backToGoods}</a></section>`,
    });
  }
  const { maker, origin, unit, makerStory } = product.customFields;
  const body = html`<article class="wide product">
    <div class="product-art"><div class="art">${art(product.slug)}</div></div>
    <div class="product-words">
      ${shop.query.added ? html`<p class="notice good" role="status">${t.inCart} <a id="go-cart" href="/cart">${t.toCart}</a></p>` : ''}
      <p class="maker">${maker}</p><h1>${product.name}</h1>
      <div class="lead">${raw(product.description)}</div>
      <p class="price big">${yen(product.variants[0]?.priceWithTax ?? 0)}<small>${t.taxIncluded}</small></p>
      <form method="post" class="buy">
        <input type="hidden" name="variant" value="${product.variants[0]?.id}">
        <label for="quantity">${t.quantity}</label>
        <select id="quantity" name="quantity">${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => html`<option value="${n}">${n}</option>`)}</select>
        <button id="cart-add" class="button">${t.addToCart}</button>
      </form>
      <dl class="facts"><dt>${t.unit}</dt><dd>${unit}</dd><dt>${t.origin}</dt><dd>${origin}</dd><dt>${t.maker}</dt><dd>${maker}</dd></dl>
      <section class="cert"><h2>${t.marks}</h2><ul>${marksOf(product).map((code) => html`<li><b class="mark-${code}">${marks[code][shop.lang]}</b><span>${shop.lang === 'ja' ? marks[code].textJa : marks[code].textEn}</span></li>`)}</ul></section>
    </div>
    <section class="story"><h2>${t.storyTitle}</h2><blockquote><p>${makerStory}</p><footer>${maker} · ${origin}</footer></blockquote><p><a href="/#goods">${raw('←')} ${t.backToGoods}</a></p></section>
  </article>`;
  return layout(shop, { title: product.name, body, ...visitor(data) });
}

export async function post(shop) {
  const quantity = Math.min(9, Math.max(1, Number.parseInt(shop.form.quantity, 10) || 1));
  if (/^\d{1,9}$/.test(shop.form.variant ?? '')) await addItem(shop, shop.form.variant, quantity);
  return go(`/products/${encodeURIComponent(shop.params.slug)}?added=1`);
}
