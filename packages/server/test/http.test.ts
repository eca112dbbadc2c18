import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startServer, StateBody } from '../src/index.ts';
import { config, memoryShop, proveBy, quietLog, refOf, report, type Running, running } from './harness.ts';

let at: Running;
let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'komainu-dist-'));
  await mkdir(join(dist, 'assets'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Komainu</title>');
  await writeFile(join(dist, 'assets', 'app-1.js'), 'export {};');
  await writeFile(join(dist, 'secret.pem'), 'not a type we serve');
  at = await running({ consoleDir: dist });
});
afterAll(async () => {
  await at.end();
  await rm(dist, { recursive: true, force: true });
});

interface Init {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
const bare = (path: string, { headers = {}, ...init }: Init = {}) =>
  at.server.app.request(`http://127.0.0.1${path}`, { ...init, headers: { host: '127.0.0.1', ...headers } });
const signIn = async () => {
  const answer = await bare('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1' },
    body: JSON.stringify({ token: at.server.token }),
  });
  return { answer, cookie: answer.headers.get('set-cookie') ?? '' };
};

test('nothing but health, the description and the console is told without a token', async () => {
  for (const path of [
    '/api/state',
    '/api/events',
    '/api/entries',
    `/api/blobs/${refOf('x')}`,
    '/api/evidence/bundle',
    '/api/nothing',
  ])
    expect([path, (await bare(path)).status]).toEqual([path, 401]);
  for (const path of ['/api/guard/reports', '/api/shops/komorebi/halt', '/api/guard/heartbeats'])
    expect([path, (await bare(path, { method: 'POST', body: '{}' })).status]).toEqual([path, 401]);
  expect((await bare('/healthz')).status).toBe(200);
  expect((await bare('/api/openapi.json')).status).toBe(200);
  expect((await bare('/')).status).toBe(200);
});

test('wrong tokens are refused in two languages, and after ten with 429; the right one always passes', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 15; n++)
    statuses.push((await bare('/api/state', { headers: { authorization: `Bearer kmn_${n}` } })).status);
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
  expect(statuses.at(-1)).toBe(429);
  expect((await at.ask('GET', '/api/state')).status).toBe(200);
  expect(await (await bare('/api/state')).json()).toMatchObject({
    error: { code: 'unauthorized', message: { en: /token/, ja: /トークン/ } },
  });
});

test('the session cookie is out of reach of scripts and of other sites', async () => {
  const { answer, cookie } = await signIn();
  expect(answer.status).toBe(200);
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const [pair = ''] = cookie.split(';');
  expect((await bare('/api/state', { headers: { cookie: pair } })).status).toBe(200);
  const halt = (origin: Record<string, string>) =>
    bare('/api/shops/nowhere/halt', {
      method: 'POST',
      headers: { cookie: pair, 'content-type': 'application/json', ...origin },
      body: JSON.stringify({ person: 'p', reason: 'r' }),
    });
  expect((await halt({ origin: 'http://127.0.0.1:9999' })).status).toBe(403);
  expect((await halt({ origin: 'null' })).status).toBe(403);
  expect((await halt({})).status).toBe(403);
  expect((await halt({ origin: 'http://127.0.0.1' })).status).toBe(404);
  for (const file of ['state.db', 'state.db-wal'])
    expect((await readFile(join(at.dataDir, file))).includes(pair.split('=')[1] ?? '?')).toBe(false);
  await bare('/api/session', { method: 'DELETE', headers: { cookie: pair } });
  expect((await bare('/api/state', { headers: { cookie: pair } })).status).toBe(401);
});

test('a stranger signs nobody in from his own page', async () => {
  const answer = await bare('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
    body: JSON.stringify({ token: at.server.token }),
  });
  expect(answer.status).toBe(403);
});

test('a name that is not ours is not answered: DNS rebinding', async () => {
  for (const host of [
    'evil.example',
    'evil.example:4180',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
  ])
    expect([host, (await at.ask('GET', '/healthz', undefined, { host })).status]).toEqual([host, 403]);
  for (const host of ['localhost:4180', '127.0.0.1:4180', '[::1]:4180'])
    expect([host, (await at.ask('GET', '/healthz', undefined, { host })).status]).toEqual([host, 200]);
});

test('every answer carries the security headers; evidence is never a page', async () => {
  const page = await bare('/');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  const script = '<script>alert(1)</script>';
  await at.ask('PUT', `/api/guard/blobs/${refOf(script)}`, new TextEncoder().encode(script));
  const blob = await at.ask('GET', `/api/blobs/${refOf(script)}`);
  expect(await blob.text()).toBe(script);
  expect(blob.headers.get('content-type')).toBe('application/octet-stream');
  expect(blob.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(blob.headers.get('content-disposition')).toMatch(/^attachment;/);
  expect((await at.ask('GET', `/api/judgements/${refOf(script)}`)).status).toBe(404);
});

test('the console is what was there at the start, and nothing else of the disk', async () => {
  expect(await (await bare('/')).text()).toMatch(/Komainu/);
  const asset = await bare('/assets/app-1.js');
  expect(asset.headers.get('content-type')).toMatch(/javascript/);
  const again = await bare('/assets/app-1.js', {
    headers: { 'if-none-match': asset.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  for (const path of [
    '/secret.pem',
    '/../admin.token',
    '/%2e%2e/admin.token',
    '/assets/../../admin.token',
    '/assets',
  ])
    expect([path, (await bare(path)).status]).toEqual([path, 404]);
});

test('bad input is refused by name, never with a stack', async () => {
  const cases: [string, string, unknown][] = [
    ['POST', '/api/guard/reports', { ...report([]), shop: 42 }],
    ['POST', '/api/guard/reports', { ...report([]), surprise: true }],
    ['POST', '/api/guard/heartbeats', { count: -1 }],
    ['POST', '/api/shops/komorebi/halt', { person: 'x'.repeat(201), reason: 'r' }],
    ['POST', '/api/shops/komorebi/halt', { person: '\ud800', reason: 'r' }],
    ['POST', '/api/shops/..%2f/halt', { person: 'p', reason: 'r' }],
    ['GET', '/api/entries?from=-1', undefined],
    ['GET', '/api/entries?limit=1e9', undefined],
    ['GET', '/api/blobs/sha256:zz', undefined],
    ['GET', '/api/evidence/bundle?from=5&to=2', undefined],
  ];
  for (const [method, path, body] of cases) {
    const answer = await at.ask(method, path, body);
    const text = await answer.text();
    expect([path, answer.status]).toEqual([path, 400]);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'bad-request', message: { en: /./, ja: /./ } } });
    expect(text).not.toMatch(/\.ts:|node_modules| {2}at /);
  }
  const notJson = await bare('/api/guard/reports', {
    method: 'POST',
    headers: { authorization: `Bearer ${at.server.token}`, 'content-type': 'application/json' },
    body: '{"id":',
  });
  expect(notJson.status).toBe(400);
  const untyped = await bare('/api/guard/reports', {
    method: 'POST',
    headers: { authorization: `Bearer ${at.server.token}` },
    body: JSON.stringify(report([])),
  });
  expect(untyped.status).toBe(400);
});

test('too large is refused; the wrong bytes for a name too', async () => {
  const large = await at.ask('POST', '/api/guard/heartbeats', { junk: 'x'.repeat(70_000) });
  expect(large.status).toBe(413);
  expect(
    (await at.ask('PUT', `/api/guard/blobs/${refOf('one')}`, new TextEncoder().encode('two'))).status,
  ).toBe(400);
  expect((await at.ask('GET', `/api/blobs/${refOf('one')}`)).status).toBe(404);
});

test('the description names every address and how to get in', async () => {
  const Document = z.object({
    openapi: z.literal('3.1.0'),
    paths: z.record(
      z.string(),
      z.record(z.string(), z.object({ responses: z.record(z.string(), z.unknown()) })),
    ),
    components: z.object({
      schemas: z.record(z.string(), z.unknown()),
      securitySchemes: z.record(z.string(), z.unknown()),
    }),
  });
  const document = Document.parse(await (await bare('/api/openapi.json')).json());
  expect(Object.keys(document.paths).toSorted()).toEqual(
    [
      '/api/entries',
      '/api/blobs/{ref}',
      '/api/events',
      '/api/evidence/bundle',
      '/api/guard/acts',
      '/api/guard/blobs/{ref}',
      '/api/guard/heartbeats',
      '/api/guard/reports',
      '/api/guard/seals',
      '/api/judgements/{ref}',
      '/api/recordings/{ref}',
      '/api/reports/{ref}',
      '/api/session',
      '/api/shops/{shop}/halt',
      '/api/shops/{shop}/notices',
      '/api/shops/{shop}/pages/{page}/baseline',
      '/api/shops/{shop}/pages/{page}/check',
      '/api/shops/{shop}/resume',
      '/api/state',
      '/healthz',
    ].toSorted(),
  );
  expect(Object.keys(document.components.securitySchemes)).toEqual(['token', 'session']);
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['State', 'GuardReport', 'Recording', 'Judgement', 'LedgerEntry', 'Error']),
  );
  expect(JSON.stringify(document)).not.toContain('#/components/schemas/undefined');
});

test('the state is as described, and carries the evidence a client pins', async () => {
  const state = StateBody.parse(await (await at.ask('GET', '/api/state')).json());
  expect(state.ledger.origin).toMatch(/^komainu\/[0-9a-f]{16}$/);
  expect(state.ledger.vkey).toContain(state.ledger.origin);
  expect(state.shops[0]).toMatchObject({
    gate: { state: 'open' },
    guardians: [{ id: 'probe', state: 'unknown' }],
  });
});

test('the bundle verifies offline', async () => {
  const { verifyBundle } = await import('@komainu/evidence');
  const answer = await at.ask('GET', '/api/evidence/bundle');
  expect(answer.headers.get('content-type')).toBe('application/x-tar');
  const file = join(at.dataDir, 'copy.tar');
  await writeFile(file, new Uint8Array(await answer.arrayBuffer()));
  const { ledger } = StateBody.parse(await (await at.ask('GET', '/api/state')).json());
  expect(await verifyBundle(file, ledger.vkey)).toMatchObject({ ok: true });
});

test('a token others can read keeps the server from starting, in one sentence', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'komainu-token-'));
  const shop = memoryShop();
  const options = {
    config: config(),
    configDir: dataDir,
    dataDir,
    env: {},
    version: '0',
    log: quietLog,
    ports: { shop: () => shop, prove: proveBy(shop) },
  };
  const first = await startServer(options);
  await first.stop();
  const file = join(dataDir, 'admin.token');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await chmod(file, 0o644);
  await expect(startServer(options)).rejects.toThrow(/chmod 600/);
  await chmod(file, 0o600);
  const second = await startServer(options);
  expect(second.token).toBe(first.token);
  await second.stop();
  await rm(dataDir, { recursive: true, force: true });
});
