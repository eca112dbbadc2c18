import { art } from './_art.js';
import { byRank, productFields, visitor, visitorFields } from './_goods.js';
import { html } from './_html.js';
import { layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/makers';
const photos = ['hoshino.jpg', 'terraces.jpg', 'vats.jpg', 'tea.png', 'soap.png', 'wood.jpg'];

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(
    `{ products(options:{take:60}) { items { ${productFields} } } ${visitorFields} }`,
  );
  const makers = new Map();
  for (const product of byRank(data.products?.items ?? [])) {
    const { maker, origin, makerStory } = product.customFields;
    if (!makers.has(maker)) makers.set(maker, { maker, origin, makerStory, goods: [] });
    makers.get(maker).goods.push(product);
  }
  const body = html`<section class="wide makers"><h1 class="section">${t.makersTitle}</h1><p class="lead">${t.makersLead}</p>
    ${[...makers.values()].map(
      ({ maker, origin, makerStory, goods }, index) => html`<article class="maker-row">
      <img src="/uploads/${photos[index % photos.length]}" width="640" height="400" alt="" loading="lazy">
      <div><p class="maker">${origin}</p><h2>${maker}</h2><p>${makerStory}</p>
      <ul class="mini">${goods.map((product) => html`<li><a href="/products/${product.slug}"><span class="art">${art(product.slug)}</span>${product.name}</a></li>`)}</ul></div></article>`,
    )}
  </section>`;
  return layout(shop, { title: t.makersTitle, body, ...visitor(data) });
}
