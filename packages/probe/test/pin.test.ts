import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProbe, type Probe } from '../src/index.ts';
import { CARD, CARD_FIELDS, type Checked, checked, comparable, journeyTo } from './support/check.ts';
import { type Site, startSite } from './support/site.ts';

/** Everything a page has to tell two visits apart by, sent as telemetry: from the page, a frame and the unload. */
const TELEMETRY = `
const say = (what, value) => fetch('/say', { method: 'POST', body: JSON.stringify({ what, value }) });
const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, '0')).join('');
(async () => {
  say('clock', [Date.now(), performance.now(), performance.timeOrigin, performance.timing.navigationStart, document.timeline?.currentTime !== undefined]);
  say('chance', [Math.random(), Math.random(), crypto.randomUUID(), hex(crypto.getRandomValues(new Uint8Array(9)))]);
  if (!sessionStorage.id) sessionStorage.id = localStorage.id = crypto.randomUUID();
  say('stored', [sessionStorage.id, localStorage.id]);
  let frames = 0;
  requestAnimationFrame(function count(t) { frames++; if (frames === 20) say('frames', [frames, t, performance.now()]); else requestAnimationFrame(count); });
  requestIdleCallback((d) => say('idle', [d.didTimeout, performance.now()]));
  let beats = 0;
  setInterval(() => say('beat', [++beats, Date.now()]), 7000);
  const order = [];
  await Promise.all(['slow', 'quick', 'middling'].map((name) => fetch('/' + name).then((r) => r.text()).then((t) => order.push(name, t))));
  say('order', order);
  say('entries', performance.getEntriesByType('navigation').map((e) => [e.name, e.startTime, e.duration, e.toJSON().responseEnd]));
  performance.mark('m'); say('mark', performance.getEntriesByName('m')[0].startTime);
  const { subtle } = crypto;
  const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']);
  const ec = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  say('keys', [hex(await subtle.exportKey('raw', aes)), hex(await subtle.exportKey('raw', ec.publicKey))]);
  const n = '1RQ9ky-7mBiyS9mFpUR9X-fYfNqpjZxsxrQ_VQ7ExFbWHSQxGmrPpZ-WpEdLIFJbZ4LpNIMwGhVjG8o3O9Jp0QLUiE8eY9G2aGc8uBcoaM4yVNdRE9kEuEDBS2oZ3dOVVx9xPQZqTqPsz8WyNtwBWmKI8tPyySlPmUT7nE0Ww3c';
  const rsa = await subtle.importKey('jwk', { kty: 'RSA', n, e: 'AQAB', alg: 'RSA-OAEP-256' }, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt', 'wrapKey']);
  say('rsa', hex(await subtle.encrypt({ name: 'RSA-OAEP' }, rsa, new Uint8Array([1, 2, 3]))));
  say('wrapped', hex(await subtle.wrapKey('raw', aes, rsa, { name: 'RSA-OAEP' })));
  for (const what of ['mousemove', 'mousedown', 'focusin', 'keydown', 'input', 'change'])
    addEventListener(what, (e) => say(what, [e.timeStamp, performance.now(), e.clientX, e.clientY, e.target.id, e.key?.length]), true);
  addEventListener('change', (e) => {
    if (e.target.id !== 'number') return;
    say('card', e.target.value);
    setTimeout(() => say('delayed', btoa(e.target.value)), 45000);
  }, true);
  addEventListener('pagehide', () => navigator.sendBeacon('/left', JSON.stringify([Date.now(), beats, sessionStorage.id])));
})();`;

let shop: Site;
let pay: Site;
let probe: Probe;
let seen: Checked;
let served = 0;

beforeAll(async () => {
  pay = await startSite('127.0.0.1', {
    '/frame': (_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<body data-nonce="${(served += 1)}">${CARD_FIELDS}<script>${TELEMETRY};fetch('/say',{method:'POST',body:document.body.dataset.nonce})</script>`,
      );
    },
  });
  const later = (ms: number, text: () => string) => (_: unknown, response: ServerResponse) =>
    void setTimeout(() => response.end(text()), ms);
  shop = await startSite('127.0.0.1', {
    '/': (_, response) => {
      response.setHeader('content-type', 'text/html');
      response.setHeader('set-cookie', `token=${(served += 1)}; path=/`);
      response.end(
        `<h1>お支払い</h1><input type=hidden id=csrf value="${(served += 1)}"><iframe src="http://pay.localhost:${pay.port}/frame" width=600 height=300></iframe><script>${TELEMETRY};say('csrf',[csrf.value,document.cookie])</script>`,
      );
    },
    '/slow': later(60, () => `slow ${(served += 1)}`),
    '/quick': later(0, () => `quick ${(served += 1)}`),
    '/middling': later(25, () => `middling ${(served += 1)}`),
  });
  probe = await openProbe();
  const url = `http://shop.localhost:${shop.port}/`;
  // A process that was starved while it started may be one tick late: where that matters a check makes another pair.
  for (let tries = 0; tries < 3; tries++) {
    seen = await checked(probe, url, journeyTo(url, CARD, [0]));
    if (String(cardless('a1')) === String(cardless('b1'))) break;
  }
}, 180_000);
afterAll(async () => {
  await probe.close();
  await Promise.all([shop.close(), pay.close()]);
});

const told = (name: string): readonly string[] => {
  const recording = seen.recordings[name];
  if (!recording) throw new Error(`no visit ${name}`);
  return (seen.sent[name] ?? []).map((message) => comparable(message, recording));
};

test('four visits, in order, each typed the whole card', () => {
  expect(Object.keys(seen.recordings)).toEqual(['free low', 'free high', 'a1', 'b1']);
  for (const { failure, artifacts } of Object.values(seen.recordings)) {
    expect(failure).toBeNull();
    const typed =
      artifacts.cardFields.kind === 'observed'
        ? artifacts.cardFields.value.filter((field) => field.typedAt !== null).map((field) => field.field)
        : [];
    expect(typed.toSorted()).toEqual(['code', 'expiry', 'holder', 'number']);
  }
});

// What is sent at one moment by frames of two processes may be told of in either order.
const cardless = (name: string): readonly string[] =>
  told(name)
    .filter((line) => !line.includes('"delayed"') && !line.includes('/favicon.ico'))
    .map((line) => line.slice(line.indexOf(' ')))
    .toSorted();

test('siblings send the same, at the same time, but for the card', () => {
  expect(cardless('a1').length).toBeGreaterThan(40);
  expect(cardless('b1')).toEqual(cardless('a1'));
});

test('what waits for 45 seconds is sent, and differs with the card', () => {
  for (const name of ['a1', 'b1']) {
    const number = seen.recordings[name]?.visit.canary.card.number ?? '';
    expect(told(name).some((line) => line.includes(Buffer.from(number).toString('base64')))).toBe(true);
    expect(told(name).filter((line) => line.includes('"beat"')).length).toBeGreaterThanOrEqual(16);
    expect(told(name).some((line) => line.includes('/left'))).toBe(true);
  }
  expect(told('free low').some((line) => line.includes('"delayed"'))).toBe(false);
});

test('free visits draw, count and are answered on their own', () => {
  const csrf = (name: string) =>
    told(name).filter((line) => line.includes('"csrf"') || line.includes('"stored"'));
  expect(csrf('free high')).not.toEqual(csrf('a1'));
  expect(csrf('free high')).not.toEqual(csrf('free low'));
});

test('nothing was left unpinned', () => {
  expect(seen.recordings['a1']?.visit.role).toMatchObject({ kind: 'pinned', unpinned: [] });
  expect(seen.recordings['b1']?.visit.role).toMatchObject({ kind: 'pinned', unpinned: [] });
});

test('one visit that is enough by itself is the answer, and the next check is none the worse', async () => {
  const url = `http://shop.localhost:${shop.port}/`;
  const asked: string[] = [];
  const { visits } = await checked(probe, url, journeyTo(url, CARD, [0]), {
    enough: ({ recording: { visit } }) => {
      asked.push(visit.role?.kind ?? '');
      return visit.role?.kind === 'free';
    },
  });
  expect(visits.map(({ recording }) => [recording.visit.role?.kind, recording.failure])).toEqual([
    ['free', null],
  ]);
  expect(asked).toContain('free');
  const after = await checked(probe, url, journeyTo(url, CARD, [0]), {
    depth: 'one',
    enough: () => Promise.reject(new Error('no answer')),
  });
  expect(after.visits.map(({ recording }) => recording.failure)).toEqual([null]);
});
