import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Recording } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let browser: ProbeBrowser;
let shop: Site;
let secure: Server;
let folder: string;

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.61');
  folder = mkdtempSync(join(tmpdir(), 'komainu-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=elsewhere.example',
    ],
    { stdio: 'ignore' },
  );
  secure = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
    response.end('x'),
  );
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.62', resolve));
});
afterAll(async () => {
  await browser.close();
  await shop.close();
  secure.close();
  rmSync(folder, { recursive: true });
});

const failureOf = async (path: string, more = {}, journey: Parameters<typeof run>[2] = null) => {
  const url = /^https?:/.test(path) ? path : `${shop.origin}${path}`;
  const result = await run(browser, pageOf(url), journey, more);
  expect(() => Recording.parse(result.recording)).not.toThrow();
  const { failure } = result.recording;
  if (failure) {
    expect(failure.message.ja).toMatch(/[ぁ-ん]/);
    expect(failure.message.en).toMatch(/[a-z]/);
    expect(JSON.stringify(failure.message)).not.toMatch(/\bat .*:\d+:\d+|Error:/);
  }
  return { ...result, failure };
};
const gapsOf = (result: Awaited<ReturnType<typeof failureOf>>, name: 'cardFields' | 'scripts') => {
  const artifact = result.recording.artifacts[name];
  return artifact.kind === 'observed' ? artifact.gaps.map((gap) => gap.code) : [artifact.failure.code];
};

test('unreachable address', async () => {
  expect((await failureOf('http://127.0.0.63:9/pay')).failure?.code).toBe('unreachable');
  expect((await failureOf('http://no-such-name.invalid/pay')).failure?.code).toBe('unreachable');
});
test('TLS error', async () => {
  const { port } = secure.address() as AddressInfo;
  expect((await failureOf(`https://127.0.0.62:${port}/`)).failure?.code).toBe('tls');
});
test('404, of the first page and after a click', async () => {
  expect((await failureOf('/missing')).failure).toMatchObject({ code: 'http-status', step: 0 });
  shop.pages['/leads'] = '<a id="go" href="/gone">go</a>';
  const clicked = await failureOf(
    '/leads',
    {},
    {
      title: 'x',
      steps: [
        { type: 'navigate', url: '{{origin}}/leads' },
        { type: 'click', selectors: [['#go']] },
        { type: 'click', selectors: [['#next']] },
      ],
    },
  );
  expect(clicked.failure).toMatchObject({ code: 'http-status', step: 1 });
});
test('endless redirect, by the server and by the page', async () => {
  shop.pages['/round'] = (request, response) => {
    response.writeHead(302, { location: `/round?${Number(request.url.split('?')[1] ?? 0) + 1}` });
    response.end();
  };
  expect((await failureOf('/round')).failure?.code).toBe('redirect-loop');
  shop.pages['/self'] = '<script>location.href = "/self?" + Math.random()</script>';
  expect((await failureOf('/self')).failure?.code).toBe('redirect-loop');
});
test('a page that never settles: what was seen is recorded', async () => {
  shop.pages['/never'] =
    `<label>カード番号<input id=n></label><script>setInterval(() => { document.body.append(document.createElement('i')); fetch('/x').catch(() => {}) }, 15)</script>`;
  const result = await failureOf('/never', { deadline: 30_000 });
  expect(result.failure).toMatchObject({ code: 'never-settled', step: 0 });
  expect(result.cardFields.some((field) => field.typedAt !== null)).toBe(true);
});
test('long polling, sockets and streams are no reason to wait', async () => {
  shop.pages['/poll'] = () => undefined;
  shop.pages['/es'] = (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
  shop.pages['/live'] =
    `<p>a</p><script>fetch('/poll'); new EventSource('/es'); new WebSocket('${shop.origin.replace('http', 'ws')}/ws'); setInterval(() => document.title = Date.now(), 300)</script>`;
  expect((await failureOf('/live')).failure).toBeNull();
});
test('a document that hangs half-way', async () => {
  shop.pages['/half'] = (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).write('<p>half');
  const result = await failureOf('/half', { deadline: 20_000 });
  expect(result.failure?.code).toBe('never-settled');
});
test('a server that says nothing', async () => {
  shop.pages['/silent'] = () => undefined;
  expect((await failureOf('/silent', { deadline: 8_000 })).failure?.code).toMatch(/^(unreachable|timeout)$/);
});
test('a download instead of a page, and one beside it', async () => {
  shop.pages['/file'] = (_, response) => {
    response.writeHead(200, {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="a.zip"',
    });
    response.end('PK');
  };
  expect((await failureOf('/file')).failure).toMatchObject({ code: 'download', step: 0 });
  shop.pages['/beside'] =
    '<p>x</p><script>setTimeout(() => { const a = document.createElement("a"); a.href = "/file"; a.click() }, 50)</script>';
  expect(gapsOf(await failureOf('/beside'), 'cardFields')).toContain('download');
});
test('dialogs are dismissed and a gap; the one on leaving is let through', async () => {
  shop.pages['/ask'] =
    `<p>x</p><script>setTimeout(() => { alert('a'); confirm('b') && fetch('/yes'); prompt('c') }, 20); onbeforeunload = (e) => { e.preventDefault(); return 'stay' }</script>`;
  const result = await failureOf('/ask');
  expect(result.failure).toBeNull();
  expect(gapsOf(result, 'cardFields')).toContain('dialog');
  expect(shop.got('/yes')).toEqual([]);
});
test('a crash of the tab', async () => {
  shop.pages['/crash'] = '<p>x</p>';
  const result = await failureOf(
    '/crash',
    {},
    {
      title: 'x',
      steps: [
        { type: 'navigate', url: '{{origin}}/crash' },
        { type: 'navigate', url: 'chrome://crash' },
      ],
    },
  );
  expect(result.failure?.code).toBe('crashed');
  expect(result.wire.some((message) => message.url.endsWith('/crash'))).toBe(true);
});
test('a step that finds nothing: which step, which selector, what to do', async () => {
  shop.pages['/pay'] = '<p>x</p>';
  const { failure, recording } = await failureOf(
    '/pay',
    {},
    {
      title: 'x',
      steps: [
        { type: 'navigate', url: '{{origin}}/pay' },
        { type: 'click', selectors: [['#cart-add']] },
      ],
    },
  );
  expect(failure).toMatchObject({ code: 'step-not-found', step: 1 });
  expect(failure?.message.en).toMatch(/Step 2 .*#cart-add.*record the journey again/);
  expect(failure?.message.ja).toContain('手順 2');
  expect(recording.steps.map((step) => step.failure?.code ?? null)).toEqual([null, 'step-not-found']);
});
test('a page caught in a loop of its own, and the deadline', async () => {
  shop.pages['/spin'] = '<p>x</p><script>setTimeout(() => { for (;;); }, 100)</script>';
  const started = Date.now();
  const result = await failureOf('/spin', { deadline: 9_000 });
  expect(result.failure?.code).toMatch(/^(timeout|never-settled)$/);
  expect(Date.now() - started).toBeLessThan(40_000);
});
test('the caller stops it', async () => {
  shop.pages['/pay'] = '<p>x</p>';
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 400);
  expect((await failureOf('/pay', { signal: controller.signal })).failure?.code).toBe('timeout');
  expect((await failureOf('/pay', { signal: AbortSignal.abort() })).failure?.code).toBe('timeout');
});
test('lone surrogates and hostile names in everything a page can choose', async () => {
  shop.pages['/hostile'] =
    `<form action="javascript:alert(1)" id="\\ud800"><input name="__proto__" autocomplete="cc-number"></form>
<script>document.querySelector('input').placeholder = 'card \\ud800 number'; fetch('/x', { method: 'POST', body: '\\udc00' }); eval('"\\ud83d"');
window.toString = null; Object.prototype.url = 'x'; Array.prototype.map = null; document.elementFromPoint = null; Element.prototype.getBoundingClientRect = () => ({});</script>`;
  const result = await failureOf('/hostile');
  expect(result.failure).toBeNull();
  expect(result.cardFields).toHaveLength(1);
});
