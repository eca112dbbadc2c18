import { Hono } from 'hono';
import { html } from 'hono/html';
import { page } from './page.ts';
import type { ProviderSettings } from './settings.ts';
import type { Row, Store } from './store.ts';

/** The code a cardholder would get from the bank; every challenge card takes this one. */
export const challengeCode = '2468';

const words = {
  ja: {
    title: 'ご本人の確認',
    lead: 'カード会社からお送りした確認コードを入力してください。',
    amount: '金額',
    card: 'カード',
    code: '確認コード(4桁)',
    go: '認証する',
    cancel: 'やめて戻る',
    wrong: '確認コードが違います。',
    hint: `テスト環境のコードは ${challengeCode} です。`,
    gone: 'この確認は終わっています。お店の画面に戻ってください。',
  },
  en: {
    title: 'Confirm it’s you',
    lead: 'Enter the code your card issuer sent you.',
    amount: 'Amount',
    card: 'Card',
    code: 'Code (4 digits)',
    go: 'Confirm',
    cancel: 'Cancel and go back',
    wrong: 'That code is not right.',
    hint: `In this test environment the code is ${challengeCode}.`,
    gone: 'This confirmation has ended. Please go back to the shop.',
  },
} as const;

/** The 3-D-Secure-like step: the customer leaves the shop, answers here, and is sent back with the charge's id. */
export function challengeRoutes(settings: ProviderSettings, store: Store): Hono {
  const langOf = (header: string | undefined) => (/^\s*en/i.test(header ?? '') ? 'en' : 'ja');
  const open = (id: string) => store.get(`SELECT * FROM charges WHERE id=? AND status='requires_action'`, id);
  const back = (row: Row, id: string) => {
    const url = new URL(String(row['return_url']));
    url.searchParams.set('charge', id);
    return url.href;
  };
  const screen = (lang: 'ja' | 'en', row: Row, wrong: boolean) => {
    const t = words[lang];
    return page(
      lang,
      t.title,
      html`
      <h1>${t.title}</h1><p>${t.lead}</p>
      <dl><dt>${t.amount}</dt><dd>¥${Number(row['amount']).toLocaleString('ja-JP')}</dd><dt>${t.card}</dt><dd>•••• ${row['last4']}</dd></dl>
      <form method="post">
        <label for="challenge-code">${t.code}</label>
        <input id="challenge-code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="4" autofocus>
        ${wrong ? html`<p class="error" role="alert">${t.wrong}</p>` : ''}
        <p class="hint">${t.hint}</p>
        <div class="row"><button id="challenge-submit" name="act" value="confirm">${t.go}</button>
        <button id="challenge-cancel" class="plain" name="act" value="cancel">${t.cancel}</button></div>
      </form>`,
    );
  };

  return new Hono()
    .use('/challenge/*', async (c, next) => {
      await next();
      c.header('cache-control', 'no-store');
      c.header('referrer-policy', 'no-referrer');
      c.header(
        'content-security-policy',
        `default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${settings.merchantOrigin}`,
      );
    })
    .get('/challenge/:id', (c) => {
      const lang = langOf(c.req.header('accept-language'));
      const row = open(c.req.param('id'));
      if (row === undefined)
        return c.html(page(lang, words[lang].title, html`<p>${words[lang].gone}</p>`), 404);
      return c.html(screen(lang, row, false));
    })
    .post('/challenge/:id', async (c) => {
      const lang = langOf(c.req.header('accept-language'));
      const id = c.req.param('id');
      const row = open(id);
      if (row === undefined)
        return c.html(page(lang, words[lang].title, html`<p>${words[lang].gone}</p>`), 404);
      const form = await c.req.parseBody();
      if (form['act'] !== 'cancel' && form['code'] !== challengeCode)
        return c.html(screen(lang, row, true), 422);
      const passed = form['act'] !== 'cancel' && row['challenge'] === 'challenge';
      // Authorised, not captured: the shop may still refuse the order when the customer is back.
      store.run('UPDATE charges SET status=? WHERE id=?', passed ? 'authorized' : 'declined', id);
      return c.redirect(back(row, id), 303);
    });
}
