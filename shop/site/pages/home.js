import { art, heroArt } from './_art.js';
import { byRank, card, categoryOf, productFields, visitor, visitorFields } from './_goods.js';
import { html, raw } from './_html.js';
import { layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/';

export async function get(shop) {
  const t = words(shop.lang);
  const { data } = await shop.api(
    `{ products(options:{take:60}) { items { ${productFields} } } ${visitorFields} }`,
  );
  const products = byRank(data.products?.items ?? []);
  const categories = [
    ...new Map(
      products
        .map((product) => categoryOf(product))
        .filter(Boolean)
        .map((value) => [value.code, value]),
    ).values(),
  ];
  const chosen = categories.find((value) => value.code === shop.query.category);
  const shown = chosen ? products.filter((product) => categoryOf(product)?.code === chosen.code) : products;
  const body = html`
    ${
      chosen
        ? ''
        : html`<section class="hero"><div class="wide">
      <div class="hero-words"><h1>${t.heroTitle.split('\n').map((line) => html`<span>${line}</span>`)}</h1>
        <p>${t.heroText}</p><a class="button" href="#goods">${t.heroAction}</a></div>
      <div class="hero-art">${heroArt()}</div></div></section>
    <section class="promises wide" aria-label="${t.promiseTitle}">${[
      ['seasonal-box', t.promise1],
      ['native-sencha', t.promise2],
      ['cherry-blocks', t.promise3],
    ].map(([slug, text]) => html`<div><div class="round">${art(slug)}</div><p>${text}</p></div>`)}</section>`
    }
    <section id="goods" class="wide"><h2 class="section">${chosen ? chosen.name : t.allGoods}</h2>
      <nav class="chips" aria-label="${t.navGoods}"><a href="/#goods"${chosen ? '' : raw(' aria-current="true"')}>${t.all}</a>${categories.map(
        (value) =>
          html`<a href="/?category=${value.code}#goods"${chosen?.code === value.code ? raw(' aria-current="true"') : ''}>${value.name}</a>`,
      )}</nav>
      <ul class="cards">${shown.map((product) => card(shop, product))}</ul></section>
    ${
      chosen
        ? ''
        : html`<section class="band"><div class="wide band-in">
      <img src="/uploads/terraces.jpg" width="640" height="400" alt="" loading="lazy">
      <div><h2 class="section">${t.makersTitle}</h2><p>${t.makersLead}</p><a class="button quiet" href="/makers">${t.navMakers}</a></div></div></section>`
    }`;
  return layout(shop, { title: t.shopName, body, ...visitor(data) });
}
