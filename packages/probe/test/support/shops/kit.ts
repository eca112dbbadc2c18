import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Received, type Site, startSite } from '../site.ts';

/** One visitor's cart and address on a test shop. */
export type Session = Record<string, string>;
export interface Ask {
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of a form that was sent; empty for a GET. */
  readonly form: URLSearchParams | null;
  readonly session: Session;
}
/** A page's HTML, or an address to go to. */
export type Answer = string | { readonly go: string };
export type Route = (ask: Ask) => Answer;

export interface TestShop {
  readonly origin: string;
  readonly site: Site;
  /** Orders that were placed: there must be none, ever. */
  readonly orders: URLSearchParams[];
  /** The newest form that was sent to a path. */
  sent(path: string): URLSearchParams | null;
  close(): Promise<void>;
}

/** A shop on a loopback address with a cookie for a memory, as small as a structure can be shown in. */
export async function testShop(
  host: string,
  routes: Readonly<Record<string, Route>>,
  frame: (body: string) => string,
  orderPath: string,
): Promise<TestShop> {
  const sessions = new Map<string, Session>();
  const orders: URLSearchParams[] = [];
  const site = await startSite(host);
  const serve = (request: Received, response: ServerResponse): void => {
    const url = new URL(request.url, site.origin);
    const known = /sid=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? randomUUID();
    const session = sessions.get(known) ?? {};
    sessions.set(known, session);
    response.setHeader('set-cookie', `sid=${known}; Path=/`);
    const form = request.method === 'POST' ? new URLSearchParams(request.body) : null;
    if (form !== null && url.pathname === orderPath) orders.push(form);
    const answer =
      routes[url.pathname]?.({ path: url.pathname, query: url.searchParams, form, session }) ?? '';
    if (typeof answer === 'object') {
      response.statusCode = 303;
      response.setHeader('location', answer.go);
      response.end();
      return;
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(answer.startsWith('<!--part-->') ? answer : frame(answer));
  };
  for (const path of Object.keys(routes)) site.pages[path] = serve;
  return {
    origin: site.origin,
    site,
    orders,
    sent: (path) => {
      const last = site.got(path).findLast((one) => one.method === 'POST');
      return last === undefined ? null : new URLSearchParams(last.body);
    },
    close: () => site.close(),
  };
}

export const PREFECTURES = ['北海道', '青森県', '東京都', '大阪府', '沖縄県'];
export const options = (lines: readonly string[]): string =>
  lines.map((line, at) => `<option value="${at + 1}">${line}</option>`).join('');

/** Card fields as a shop's own page has them, and a script that asks a payment call for a token. */
export const cardForm = (
  names: Readonly<Record<'number' | 'expiry' | 'code' | 'holder', string>>,
): string => `
<p><label for="${names.number}">カード番号</label><input id="${names.number}" autocomplete="cc-number" inputmode="numeric"></p>
<p><label for="${names.expiry}">有効期限（月/年）</label><input id="${names.expiry}" placeholder="MM/YY"></p>
<p><label for="${names.code}">セキュリティコード</label><input id="${names.code}" maxlength="4"></p>
<p><label for="${names.holder}">カード名義</label><input id="${names.holder}"></p>`;
