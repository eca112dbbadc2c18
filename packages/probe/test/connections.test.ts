import type { Connection } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** Everything a page does, to host names of its own: whatever the browser asks for, it asks the proxy. */
const HOSTS = [
  'fetch',
  'image',
  'socket',
  'worker',
  'shared',
  'service',
  'frame',
  'font',
  'beacon',
  'popup',
  'download',
  'payment',
];

let browser: ProbeBrowser;
let shop: Site;
let sink: Site;
let seen: Run;
let connections: readonly Connection[] = [];
const to = (name: string): readonly Connection[] =>
  connections.filter((item) => item.host === `${name}.localhost` && item.port === sink.port);

beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSite('127.0.0.1', { '/p': 'ok', '/cached.js': '1' });
  sink.pages['/cached.js'] = (_request, response) => {
    response.setHeader('cache-control', 'max-age=1000');
    response.setHeader('content-type', 'text/javascript');
    response.end('1');
  };
  shop = await startSite('127.0.0.1', {});
  const at = (name: string): string => `http://${name}.localhost:${sink.port}`;
  shop.pages['/shared.js'] = `fetch('${at('shared')}/p', { method: 'POST', body: 'x' })`;
  shop.pages['/sw.js'] =
    `oninstall = (e) => e.waitUntil(Promise.all([fetch('${at('service')}/p', { method: 'POST', body: 'x' }), skipWaiting()]));
onactivate = (e) => e.waitUntil(clients.claim());
onfetch = (e) => { if (e.request.url.includes('made-up')) e.respondWith(new Response('made up')) };`;
  shop.pages['/c.js'] = `
fetch('${at('fetch')}/p'); new Image().src = '${at('image')}/i.png';
const socket = new WebSocket('${at('socket').replace('http', 'ws')}/s'); socket.onopen = () => socket.send('x');
new Worker(URL.createObjectURL(new Blob(["fetch('${at('worker')}/p')"]))); new SharedWorker('/shared.js');
const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
add('iframe', { src: '${at('frame')}/p' });
new FontFace('f', 'url(${at('font')}/f.woff2)').load().catch(() => {});
addEventListener('pagehide', () => navigator.sendBeacon('${at('beacon')}/p', 'x'));
add('a', { href: '${at('download')}/d', id: 'd' });
document.querySelector('#n').addEventListener('click', () => window.open('${at('popup')}/p'), { once: true });
new PaymentRequest([{ supportedMethods: '${at('payment')}/pay' }], { total: { label: 'x', amount: { currency: 'JPY', value: '1' } } }).canMakePayment().catch(() => {});
add('script', { src: '${at('fetch')}/cached.js' }); setTimeout(() => add('script', { src: '${at('fetch')}/cached.js' }), 200);
navigator.serviceWorker.register('/sw.js');
navigator.serviceWorker.oncontrollerchange = () => fetch('http://made-up.localhost:9999/nowhere');
setTimeout(() => document.querySelector('#d').click(), 400);`;
  sink.pages['/d'] = (_request, response) => {
    response.setHeader('content-disposition', 'attachment; filename=d.bin');
    response.end('d');
  };
  shop.pages['/'] =
    `<label>カード番号 <input id="n" autocomplete="cc-number"></label><script src="/c.js"></script>`;
  // A starved browser may give up what a page sends as it goes: looked at once more, as a check would.
  for (let visits = 0; visits < 3 && !HOSTS.every((name) => to(name).length > 0); visits++) {
    seen = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`));
    const artifact = seen.recording.artifacts.connections;
    connections = artifact?.kind === 'observed' ? artifact.value : [];
  }
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), sink.close()]);
});

test.each(HOSTS)('%s: its connection went through the proxy', (name) => {
  const own = to(name);
  expect(own.length).toBeGreaterThan(0);
  expect(own.some((item) => item.outcome.kind === 'opened' && item.address === '127.0.0.1')).toBe(true);
  expect(own.reduce((sum, item) => sum + item.sent, 0)).toBeGreaterThan(100);
});

test('requests in the clear are told from tunnels, bytes are those of the wire', () => {
  const own = connections.filter((item) => item.host === 'shop.localhost' && item.sent > 0);
  expect(new Set(own.map((item) => item.kind))).toEqual(new Set(['http']));
  const bodies = shop.received.reduce((sum, item) => sum + item.url.length + item.body.length, 0);
  expect(own.reduce((sum, item) => sum + item.sent, 0)).toBeGreaterThan(bodies);
});

test('the proxy knows of a request that the browser tells nobody of: a payment method’s address', () => {
  expect(sink.received.some((item) => item.headers.host?.startsWith('payment.'))).toBe(true);
  expect(seen.wire.some((message) => message.url.includes('payment.localhost'))).toBe(false);
});

test('answers of a service worker or of a cache are no way round the proxy', () => {
  expect(seen.wire.some((message) => message.url.includes('made-up.localhost'))).toBe(true);
  expect(connections.some((item) => item.host === 'made-up.localhost')).toBe(false);
  expect(seen.recording.artifacts.connections).toMatchObject({ kind: 'observed', gaps: [] });
});
