import { art } from './_art.js';
import { html, yen } from './_html.js';
import { marks as markTable, words } from './_words.js';

export const productFields = `id slug name description facetValues { code name facet { code } }
  customFields { maker makerStory origin unit marks rank } variants { id priceWithTax stockLevel }`;
/** What every page of the shop asks for its header. */
export const visitorFields = `activeOrder { totalQuantity } activeCustomer { id }`;
export const visitor = (data) => ({
  count: data.activeOrder?.totalQuantity ?? 0,
  member: Boolean(data.activeCustomer),
});

export const byRank = (products) =>
  [...products].sort((a, b) => (a.customFields.rank ?? 100) - (b.customFields.rank ?? 100));
export const categoryOf = (product) => product.facetValues.find((value) => value.facet.code === 'category');
export const marksOf = (product) =>
  (product.customFields.marks ?? '').split(',').filter((code) => markTable[code]);

export const markList = (lang, codes) =>
  html`<ul class="marks">${codes.map((code) => html`<li class="mark-${code}">${markTable[code][lang]}</li>`)}</ul>`;

export function card(shop, product) {
  const t = words(shop.lang);
  return html`<li class="card"><a href="/products/${product.slug}" id="product-${product.slug}">
    <div class="art">${art(product.slug)}</div>
    <p class="maker">${product.customFields.maker}</p>
    <h3>${product.name}</h3>
    <p class="unit">${product.customFields.unit}</p>
    <p class="price">${yen(product.variants[0]?.priceWithTax ?? 0)}<small>${t.taxIncluded}</small></p>
    ${markList(shop.lang, marksOf(product))}
  </a></li>`;
}
