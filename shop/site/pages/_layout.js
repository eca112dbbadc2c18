import { headers } from './_headers.js';
import { html, raw } from './_html.js';
import { words } from './_words.js';

const leaf = raw(
  '<svg class="leaf" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="19" fill="#e9edd9"/><path d="M20 33V17" stroke="#4d6b3c" stroke-width="2" stroke-linecap="round"/><path d="M20 22c-8 0-11-5-11-11 7 0 11 4 11 11Z" fill="#7d9a5b"/><path d="M20 18c0-7 4-10 11-10 0 7-4 10-11 10Z" fill="#4d6b3c"/><circle cx="29" cy="26" r="2.4" fill="#e0a53f"/></svg>',
);

const switchTo = (shop) => {
  const query = new URLSearchParams(shop.query);
  query.set('lang', shop.lang === 'ja' ? 'en' : 'ja');
  return `?${query}`;
};

/** A whole page. `part: 'checkout'` drops the navigation, as checkouts do; `payment` lets the provider's frame in. */
export function layout(
  shop,
  {
    title,
    body,
    status = 200,
    part = 'shop',
    payment = false,
    head = '',
    scripts = [],
    count = 0,
    member = false,
  },
) {
  const t = words(shop.lang);
  const { analytics, tags, chat } = shop.settings;
  const nav =
    part === 'checkout'
      ? ''
      : html`
    <nav class="main-nav" aria-label="${t.navGoods}">
      <a href="/#goods">${t.navGoods}</a><a href="/makers">${t.navMakers}</a><a href="/info/about">${t.navAbout}</a>
    </nav>
    <div class="my-nav">
      ${member ? html`<a id="nav-account" href="/account">${t.navAccount}</a>` : html`<a id="nav-sign-in" href="/sign-in">${t.navSignIn}</a>`}
      <a id="nav-cart" class="cart-link" href="/cart" aria-label="${t.navCart} (${count})">
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 9h18l-2 11H5L3 9Z"/><path d="m8 9 3-6m5 6-3-6"/></svg><span>${t.navCart}</span><b>${count}</b></a>
    </div>`;
  const page = html`<!doctype html>
<html lang="${shop.lang}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title === t.shopName ? `${t.shopName} | ${t.tagline}` : `${title} | ${t.shopName}`}</title>
  <meta name="description" content="${t.heroText}">
  <link rel="icon" href="/assets/leaf.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/assets/base.css">
  <link rel="stylesheet" href="/assets/shop.css">
  <link rel="stylesheet" href="/assets/checkout.css">
  ${head}
  <script nonce="${shop.nonce}">window.dataLayer = [{ page: location.pathname, lang: document.documentElement.lang }];</script>
  ${scripts.map((src) => html`<script src="${src}" defer></script>`)}
  <script src="${tags}/kt.js" async></script>
  <script src="${analytics}/ashiato.js" defer></script>
  <script src="${chat}/hanasu.js" defer></script>
</head>
<body class="${part}">
  <a class="skip" href="#main">${t.skip}</a>
  <header class="top"><div class="wide">
    <a class="brand" href="/">${leaf}<span><strong>${t.shopName}</strong><small>${shop.lang === 'ja' ? 'Komorebi Organic Market' : 'こもれび自然市'}</small></span></a>
    ${nav}
    <a class="lang" id="lang-switch" href="${switchTo(shop)}" hreflang="${shop.lang === 'ja' ? 'en' : 'ja'}">${t.langSwitch}</a>
  </div></header>
  <main id="main">${body}</main>
  <footer class="foot"><div class="wide">
    <p class="foot-name">${leaf}<span>${t.shopName}</span></p>
    <nav aria-label="${t.footerAbout}"><a href="/info/about">${t.footerAbout}</a><a href="/info/delivery">${t.footerShipping}</a><a href="/info/law">${t.footerLaw}</a><a href="/info/privacy">${t.footerPrivacy}</a></nav>
    <p class="small">${t.footerNote}</p>
  </div></footer>
</body>
</html>`;
  return { kind: 'page', html: page.toString(), status, headers: headers(shop, { payment }) };
}

export const go = (to) => ({ kind: 'redirect', to });

/** The four steps of the checkout, with the present one marked. */
export const steps = (t, now) =>
  html`<ol class="steps">${[t.step1, t.step2, t.step3, t.step4].map(
    (name, index) =>
      html`<li${index + 1 === now ? raw(' aria-current="step"') : ''}${index + 1 < now ? raw(' class="done"') : ''}><i>${index + 1}</i>${name}</li>`,
  )}</ol>`;
