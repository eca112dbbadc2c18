import { html } from './_html.js';
import { layout } from './_layout.js';
import { words } from './_words.js';

export const route = '/not-found';

export function get(shop) {
  const t = words(shop.lang);
  return layout(shop, {
    title: t.notFoundTitle,
    status: 404,
    body: html`<section class="narrow"><h1>${t.notFoundTitle}</h1><p>${t.notFoundText}</p><a class="button" href="/">${t.backHome}</a></section>`,
  });
}

export const post = get;
