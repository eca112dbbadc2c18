// Leaves for the provider's challenge by a refresh, not by the form: `form-action 'self'` covers redirects, too.
import { html } from './_html.js';
import { go, layout, steps } from './_layout.js';
import { words } from './_words.js';

export const route = '/checkout/handoff';

export function get(shop) {
  const t = words(shop.lang);
  const url = shop.memory.challengeUrl;
  if (!url) return go('/checkout/payment');
  return layout(shop, {
    title: t.handoffTitle,
    part: 'checkout',
    head: html`<meta http-equiv="refresh" content="1;url=${url}">`,
    body: html`<section class="narrow center">${steps(t, 3)}<h1>${t.handoffTitle}</h1><p>${t.handoffText}</p><a id="challenge-link" class="button" href="${url}">${t.handoffGo}</a></section>`,
  });
}
