/**
 * One visit of a payment page: wall time, and CPU of the browser and of this process.
 *
 *   node --conditions=source bench/probe.ts [address] [journey.json] [visits] [payment call…]
 *
 * Payment calls (addresses) are answered with a decline by the probe, as in a real check. Without an address a small page with hosted fields on a second loopback origin is served. Prints one JSON line.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BlobRef, type Blobs, type Journey, newId, type PageId, type ShopId } from '@komainu/model';
import { newCanary, openBrowser, parseJourney, PERSONAS, visit } from '@komainu/probe';
import { cpuOf } from './lib/cpu.ts';

const FIELDS = `<label>カード番号<input autocomplete="cc-number"></label><label>有効期限<input autocomplete="cc-exp"></label>
<label>セキュリティコード<input autocomplete="cc-csc"></label><label>名義<input autocomplete="cc-name"></label>`;

function blobs(): Blobs {
  const store = new Map<BlobRef, Uint8Array>();
  return {
    put: (bytes) => {
      const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as BlobRef;
      store.set(ref, bytes);
      return Promise.resolve(ref);
    },
    get: (ref) => Promise.resolve(store.get(ref) ?? new Uint8Array()),
    has: (ref) => Promise.resolve(store.has(ref)),
  };
}

async function serve(host: string, html: () => string): Promise<{ server: Server; origin: string }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html());
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, origin: `http://${host}:${(server.address() as AddressInfo).port}` };
}

const [address, file, count = '5', ...calls] = process.argv.slice(2);
let journey: Journey | null = null;
if (file) {
  const parsed = parseJourney(JSON.parse(readFileSync(file, 'utf8')), file);
  if (parsed.kind === 'refused') throw new Error(parsed.message.en);
  journey = parsed.journey;
}
const provider = address ? null : await serve('127.0.0.92', () => FIELDS);
const shop = address
  ? null
  : await serve(
      '127.0.0.91',
      () => `<h1>お支払い</h1><iframe src="${provider?.origin}/" width=500 height=300></iframe>`,
    );
const started = performance.now();
const browser = await openBrowser();
const start = performance.now() - started;
const persona = PERSONAS[0];
if (!persona) throw new Error('no persona');

const walls: number[] = [];
const browserBefore = cpuOf(browser.pid() ?? 0);
const ownBefore = process.cpuUsage();
for (let i = 0; i < Number(count); i++) {
  const at = performance.now();
  const { recording } = await visit({
    browser,
    shop: 'bench' as ShopId,
    page: {
      id: 'payment' as PageId,
      url: address ?? `${shop?.origin}/`,
      journey: '',
      paymentCalls: calls.map((url) => ({
        method: 'POST',
        url,
        answer: { status: 402, headers: {}, body: '{}' },
      })),
      neverCall: [],
      everySeconds: 300,
    },
    journey,
    persona,
    canary: newCanary(),
    check: newId('check'),
    purpose: 'check',
    privateNetwork: true,
    blobs: blobs(),
    signal: new AbortController().signal,
  });
  walls.push(performance.now() - at);
  if (recording.failure) console.error(recording.failure.message.en);
}
const own = process.cpuUsage(ownBefore);
const browserCpu = cpuOf(browser.pid() ?? 0) - browserBefore;
await browser.close();
provider?.server.close();
shop?.server.close();
walls.sort((a, b) => a - b);
console.log(
  JSON.stringify({
    bench: 'probe-visit',
    visits: walls.length,
    startMs: Math.round(start),
    medianWallMs: Math.round(walls[walls.length >> 1] ?? 0),
    bestWallMs: Math.round(walls[0] ?? 0),
    browserCpuMsPerVisit: Math.round((browserCpu * 1000) / walls.length),
    ownCpuMsPerVisit: Math.round((own.user + own.system) / 1000 / walls.length),
  }),
);
