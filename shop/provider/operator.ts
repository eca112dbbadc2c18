import { type Context, Hono, type Next } from 'hono';
import { html } from 'hono/html';
import { jsonBody, sameSecret } from './answers.ts';
import { page } from './page.ts';
import type { ProviderSettings } from './settings.ts';
import { newId, type Store } from './store.ts';
import type { Vault } from './vault.ts';
import type { Courier, LeakNotice } from './webhooks.ts';

/** A notice from a form or from JSON, or the sentence that says what is wrong with it. */
export function readNotice(raw: Readonly<Record<string, unknown>>): LeakNotice | string {
  const text = (name: string) => (typeof raw[name] === 'string' ? raw[name].trim() : '');
  // A time without an offset is the operator's own: Japan.
  const instant = (value: string) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value) ? `${value}:00+09:00` : value;
  const notice = {
    case_id: text('case_id') || newId('case'),
    suspected_from: instant(text('suspected_from')),
    suspected_to: instant(text('suspected_to')),
    cards: Number(raw['cards'] ?? 0),
    message: text('message'),
  };
  if (!/^[\w.-]{1,64}$/.test(notice.case_id)) return 'case_id: letters, digits, dot, dash, underscore';
  const [from, to] = [Date.parse(notice.suspected_from), Date.parse(notice.suspected_to)];
  if (Number.isNaN(from)) return 'suspected_from: an ISO 8601 time';
  if (Number.isNaN(to) || to < from) return 'suspected_to: an ISO 8601 time, not before suspected_from';
  if (!Number.isInteger(notice.cards) || notice.cards < 0) return 'cards: a whole number';
  if (notice.message === '' || notice.message.length > 4000) return 'message: 1 to 4000 characters';
  return notice;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function operatorRoutes(
  settings: ProviderSettings,
  store: Store,
  vault: Vault,
  courier: Courier,
  since: Date,
): Hono {
  const guarded = async (c: Context, next: Next) => {
    const wanted = Buffer.from(`${settings.operator.user}:${settings.operator.password}`).toString('base64');
    if (!sameSecret(c.req.header('authorization') ?? '', `Basic ${wanted}`)) {
      return c.text('operator only', 401, {
        'www-authenticate': 'Basic realm="musubi operator", charset="UTF-8"',
      });
    }
    const origin = c.req.header('origin');
    if (c.req.method === 'POST' && origin !== undefined && origin !== settings.origin)
      return c.text('foreign form', 403);
    await next();
    c.header('cache-control', 'no-store');
    c.header(
      'content-security-policy',
      `default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
    return undefined;
  };
  const count = (table: string) => Number(store.get(`SELECT count(*) AS n FROM ${table}`)?.['n'] ?? 0);
  const listed = () =>
    store.all(`SELECT n.body, d.attempts, d.delivered_at, d.last_result FROM notices n
      JOIN deliveries d ON d.case_id=n.case_id ORDER BY n.created DESC LIMIT 50`);

  const screen = (message: string) => html`
    <h1>加盟店への連絡</h1>
    ${message === '' ? '' : html`<p class="error" role="alert">${message}</p>`}
    <form method="post" action="/operator/notices">
      <div class="pair">
        <div><label for="case_id">案件番号(空欄なら自動)</label><input id="case_id" name="case_id" placeholder="case-2026-0001"></div>
        <div><label for="cards">カード件数</label><input id="cards" name="cards" type="number" min="0" value="1" required></div>
        <div><label for="suspected_from">疑いの始まり(日本時間)</label><input id="suspected_from" name="suspected_from" type="datetime-local" required></div>
        <div><label for="suspected_to">疑いの終わり(日本時間)</label><input id="suspected_to" name="suspected_to" type="datetime-local" required></div>
      </div>
      <label for="message">内容</label>
      <textarea id="message" name="message" rows="4" required>貴店でご利用のカードについて、不正利用の共通点が見つかりました。情報漏えいの疑いがあります。</textarea>
      <div class="row"><button id="file-notice">漏えいの疑いを加盟店に知らせる</button></div>
    </form>
    <h2>送った連絡</h2>
    <div class="scroll"><table><tr><th>案件</th><th>期間</th><th>件数</th><th>内容</th><th>配信</th></tr>
    ${listed().map((row) => {
      const notice = JSON.parse(String(row['body'])) as LeakNotice;
      const state =
        row['delivered_at'] === null
          ? `再送中 ${row['attempts']} 回(${row['last_result']})`
          : `配信済み ${row['attempts']} 回目`;
      return html`<tr><td>${notice.case_id}</td><td>${notice.suspected_from}<br>${notice.suspected_to}</td><td>${notice.cards}</td><td>${notice.message}</td><td>${state}</td></tr>`;
    })}</table></div>
    <h2>いま</h2><p class="hint">受け取ったカード番号 ${vault.distinctReceived()} 種、取引 ${count('charges')} 件(${since.toISOString()} から)</p>`;

  return new Hono()
    .use('/operator', guarded)
    .use('/operator/*', guarded)
    .use('/v1/operator/*', guarded)
    .get('/operator', (c) => c.html(page('ja', '加盟店への連絡', screen(''), true)))
    .post('/operator/notices', async (c) => {
      const form = await c.req.parseBody();
      const fields = Object.fromEntries(Object.entries(form).map(([key, value]) => [key, textOf(value)]));
      const notice = readNotice(fields);
      if (typeof notice === 'string') return c.html(page('ja', '加盟店への連絡', screen(notice), true), 422);
      if (courier.file(notice) === 'duplicate') {
        return c.html(page('ja', '加盟店への連絡', screen('この案件番号は登録済みです。'), true), 409);
      }
      return c.redirect('/operator', 303);
    })
    .post('/v1/operator/notices', async (c) => {
      const notice = readNotice((await jsonBody(c)) ?? {});
      if (typeof notice === 'string')
        return c.json({ error: { code: 'invalid_notice', message: notice } }, 400);
      if (courier.file(notice) === 'duplicate') {
        return c.json({ error: { code: 'duplicate_case', message: notice.case_id } }, 409);
      }
      return c.json(notice, 201);
    })
    .get('/v1/operator/notices', (c) =>
      c.json({
        notices: listed().map((row) => ({
          ...(JSON.parse(String(row['body'])) as LeakNotice),
          attempts: row['attempts'],
          delivered_at: row['delivered_at'],
          last_result: row['last_result'],
        })),
      }),
    )
    .get('/v1/operator/stats', (c) =>
      c.json({
        since: since.toISOString(),
        distinct_numbers_received: vault.distinctReceived(),
        tokens: count('tokens'),
        charges: count('charges'),
        refunds: count('refunds'),
        notices: count('notices'),
      }),
    );
}
