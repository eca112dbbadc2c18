import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { ProviderSettings } from './settings.ts';

const asset = (name: string) => readFileSync(new URL(`./public/${name}`, import.meta.url), 'utf8');
const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  js: 'text/javascript',
  svg: 'image/svg+xml',
};
const publicFiles = ['fields.js', 'fields.css', 'pages.css'];

const words = {
  ja: {
    title: 'カード情報の入力',
    number: 'カード番号',
    expiry: '有効期限(月/年)',
    cvc: 'セキュリティコード',
    holder: 'カード名義(ローマ字)',
    cvcHint: 'カード裏面の3桁、または表面の4桁',
    secured: 'カード情報は「むすび決済」へ直接送られ、お店には渡りません。',
    number_error: 'カード番号をご確認ください。',
    expiry_error: '有効期限をご確認ください。',
    cvc_error: 'セキュリティコードをご確認ください。',
    holder_error: 'カード名義をご入力ください。',
  },
  en: {
    title: 'Card details',
    number: 'Card number',
    expiry: 'Expiry (MM/YY)',
    cvc: 'Security code',
    holder: 'Name on card',
    cvcHint: '3 digits on the back, or 4 on the front',
    secured: 'Card details go straight to Musubi Payments; the shop never receives them.',
    number_error: 'Please check the card number.',
    expiry_error: 'Please check the expiry date.',
    cvc_error: 'Please check the security code.',
    holder_error: 'Please enter the name on the card.',
  },
} as const;

/** The hosted card fields: a page of the provider, framed by the merchant's payment page and by nobody else. */
export function fieldRoutes(settings: ProviderSettings): Hono {
  const app = new Hono();
  for (const name of publicFiles) {
    app.get(`/static/${name}`, (c) =>
      c.body(asset(name), 200, {
        'content-type': `${types[name.split('.')[1] ?? '']}; charset=utf-8`,
        'cache-control': 'no-store',
      }),
    );
  }
  return app.get('/fields/v1', (c) => {
    const lang = c.req.query('lang') === 'en' ? 'en' : 'ja';
    const t = words[lang];
    if (c.req.query('key') !== settings.publicKey) return c.text('unknown key', 404);
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    c.header(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${settings.merchantOrigin}`,
    );
    const field = (
      name: 'number' | 'expiry' | 'cvc' | 'holder',
      auto: string,
      mode: string,
      hint: string,
    ) => html`
      <div class="field field-${name}">
        <label for="card-${name}">${t[name]}</label>
        <div class="box">
          <input id="card-${name}" name="${name}" type="text" autocomplete="${auto}" inputmode="${mode}" placeholder="${hint}"
            required aria-describedby="card-${name}-error" ${name === 'holder' ? html`autocapitalize="characters"` : ''} spellcheck="false">
          ${name === 'number' ? html`<span id="card-brand" class="brand" aria-live="polite"></span>` : ''}
        </div>
        <p id="card-${name}-error" class="error" data-message="${t[`${name}_error`]}" hidden></p>
      </div>`;
    return c.html(html`<!doctype html>
<html lang="${lang}">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${t.title} | Musubi Payments</title>
  <link rel="stylesheet" href="/static/fields.css">
  <script src="/static/fields.js" defer></script>
</head>
<body data-key="${settings.publicKey}" data-merchant="${settings.merchantOrigin}">
  <form id="card-form" novalidate aria-label="${t.title}">
    ${field('number', 'cc-number', 'numeric', '0000 0000 0000 0000')}
    ${field('expiry', 'cc-exp', 'numeric', 'MM / YY')}
    ${field('cvc', 'cc-csc', 'numeric', '000')}
    ${field('holder', 'cc-name', 'text', 'HANA KOMORI')}
  </form>
  <p class="secured"><svg viewBox="0 0 16 16" aria-hidden="true"><rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/></svg>${t.secured}</p>
</body>
</html>`);
  });
}
