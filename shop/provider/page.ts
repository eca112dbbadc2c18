import { html } from 'hono/html';

type Html = ReturnType<typeof html>;

/** The frame of the provider's own full pages (challenge, operator). */
export const page = (lang: string, title: string, body: Html, wide = false): Html => html`<!doctype html>
<html lang="${lang}">
<head>
  <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} | むすび決済 Musubi Payments</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/static/pages.css">
</head>
<body><main class="${wide ? 'wide' : ''}">
  <div class="mark"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 16C10 4 2 10 8 16s2 12 8 0 14-6 8 0-2 12-8 0"/></svg>むすび決済 Musubi Payments</div>
  ${body}
</main></body>
</html>`;
