import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** What frames of another site send as they leave, in every way there is. */
const LEAVING = `
addEventListener('pagehide', () => navigator.sendBeacon('/p', 'word-pagehide'));
addEventListener('unload', () => fetch('/p', { method: 'POST', keepalive: true, body: 'word-unload' }));
fetch('/p', { method: 'POST', body: 'word-at-once' });
// Frames in frames of other sites have no quota for it.
if (parent === top) fetchLater('/p', { method: 'POST', body: 'word-later' });`;

let browser: ProbeBrowser;
let shop: Site;
let sink: Site;
let seen: Run;

beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSite('127.0.0.1', {
    '/p': 'ok',
    '/deep': `<script>${LEAVING.replaceAll('word-', 'deep-')}</script>`,
  });
  shop = await startSite('127.0.0.1', {});
  const other = `http://sink.localhost:${sink.port}`;
  sink.pages['/frame'] = (_request, response) => {
    response.setHeader('content-security-policy', "object-src 'none'");
    response.setHeader('content-type', 'text/html');
    response.end(
      `<title>frame</title><script>${LEAVING}</script><iframe src="http://deep.localhost:${sink.port}/deep"></iframe>`,
    );
  };
  shop.pages['/'] =
    `<label>カード番号 <input autocomplete="cc-number"></label><iframe src="${other}/frame#part"></iframe>
<iframe srcdoc="<script>addEventListener('pagehide', () => navigator.sendBeacon('${other}/p', 'word-srcdoc'))</script>"></iframe>`;
  seen = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`));
});
afterAll(async () => {
  await browser.close();
  await shop.close();
  await sink.close();
});

const bodies = (): readonly string[] => seen.wire.map((message) => message.text).filter(Boolean);
const received = (): readonly string[] => sink.got('/p').map((item) => item.body);

test.each([
  'word-at-once',
  'word-pagehide',
  'word-unload',
  'word-later',
  'deep-at-once',
  'deep-pagehide',
  'deep-unload',
  'word-srcdoc',
])('%s: what the server got is in the record, as often', (word) => {
  const got = received().filter((body) => body === word).length;
  expect(got).toBeGreaterThan(0);
  expect(bodies().filter((body) => body === word)).toHaveLength(got);
});

test('each is the frame’s, by its document', () => {
  const message = seen.wire.find((item) => item.text === 'word-pagehide');
  expect(message?.target).toBe('frame');
  expect(message?.frameUrl.split('#')[0]).toBe(`http://sink.localhost:${sink.port}/frame`);
  // A frame without an address of its own counts to the page that made it.
  expect(seen.wire.find((item) => item.text === 'word-srcdoc')?.frameUrl).toBe(
    `http://shop.localhost:${shop.port}/`,
  );
});

test('that the probe made the frames leave is nowhere in the record, and asked nobody', () => {
  const loads = sink.got('/frame').length;
  expect(seen.wire.filter((message) => message.url.includes('/frame'))).toHaveLength(loads);
  expect(loads).toBe(shop.got('/').length);
  const documents = seen.headers.filter((document) => document.url.includes('/frame'));
  expect(documents).toHaveLength(loads);
  for (const { headers } of documents)
    expect(headers).toContainEqual(['content-security-policy', "object-src 'none'"]);
  const { wire, connections } = seen.recording.artifacts;
  expect(wire).toMatchObject({ kind: 'observed', gaps: [] });
  expect(connections).toMatchObject({ kind: 'observed', gaps: [] });
});
