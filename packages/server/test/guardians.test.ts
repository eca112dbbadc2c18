import { generateKeyPairSync, sign } from 'node:crypto';
import { canonicalBytes, type Heartbeat, instant, LedgerEntry, newId } from '@komainu/model';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { StateBody } from '../src/index.ts';
import { config, type Running, running, until } from './harness.ts';

let at: Running;
afterEach(() => at.end());

const Entries = z.object({ entries: z.array(z.object({ entry: LedgerEntry })) });
const entries = async () =>
  Entries.parse(await (await at.ask('GET', '/api/entries?limit=1000')).json()).entries.map(
    ({ entry }) => entry,
  );
const count = async (kind: string) => (await entries()).filter((entry) => entry.kind === kind).length;
const guardian = async (id: string) =>
  StateBody.parse(await (await at.ask('GET', '/api/state')).json()).shops[0]?.guardians.find(
    (one) => one.id === id,
  );
const beat = (n: number, more: Partial<Heartbeat> = {}) => ({
  guardian: 'guard-1',
  kind: 'guard',
  shop: 'komorebi',
  count: n,
  at: instant(),
  watching: ['site'],
  ...more,
});
const post = async (body: unknown) => (await at.ask('POST', '/api/guard/heartbeats', body)).status;
const fast = { config: config({ heartbeatSeconds: 1 }), tempo: { tick: 50 } };

test('a guard that falls silent is a finding; its return is recorded', async () => {
  at = await running(fast);
  expect(await post(beat(1))).toBe(200);
  expect(await guardian('guard-1')).toMatchObject({ state: 'watching', watching: ['site'] });
  await until(async () => (await guardian('guard-1'))?.state === 'silent', 'a silent guard');
  await until(async () => (await count('judged')) === 1, 'a judged silence');
  expect(await count('guardian.silent')).toBe(1);
  expect((await entries()).find((entry) => entry.kind === 'judged')).toMatchObject({
    data: { source: { kind: 'silence', guardian: 'guard-1' }, verdict: 'not-fully-observed' },
  });
  expect(await post(beat(2))).toBe(200);
  expect(await guardian('guard-1')).toMatchObject({ state: 'watching' });
  expect(await count('guardian.back')).toBe(2);
});

test('a replayed heartbeat is no sign of life', async () => {
  at = await running(fast);
  const first = beat(7);
  expect(await post(first)).toBe(200);
  const seen = (await guardian('guard-1'))?.lastSeen;
  // The same message again: its answer was lost on the way.
  expect(await post(first)).toBe(200);
  expect(await post(beat(7, { at: instant(Date.now() + 1) }))).toBe(409);
  expect(await post(beat(6))).toBe(409);
  expect((await guardian('guard-1'))?.lastSeen).toBe(seen);
  await until(async () => {
    await post(beat(7, { at: instant() }));
    return (await guardian('guard-1'))?.state === 'silent';
  }, 'silence in spite of replays');
});

test('a guard that beats but watches nothing is as good as silent', async () => {
  at = await running(fast);
  expect(await post(beat(1))).toBe(200);
  let n = 1;
  await until(async () => {
    expect(await post(beat(++n, { watching: [] }))).toBe(200);
    return (await guardian('guard-1'))?.state === 'silent';
  }, 'silence in spite of heartbeats');
  await until(async () => {
    expect(await post(beat(++n))).toBe(200);
    return (await guardian('guard-1'))?.state === 'watching';
  }, 'its return');
});

test('the count outlives a restart, and so does whom to miss', async () => {
  at = await running(fast);
  expect(await post(beat(9))).toBe(200);
  at = await at.again();
  expect(await post(beat(3))).toBe(409);
  expect(await guardian('guard-1')).toMatchObject({ kind: 'guard', state: 'watching' });
  await until(async () => (await guardian('guard-1'))?.state === 'silent', 'a guard that never came back');
});

test('only the server speaks for the probe', async () => {
  at = await running();
  expect(await post(beat(1, { kind: 'probe' }))).toBe(400);
});

test('a probe that cannot check is missed', async () => {
  const pages = [{ id: 'payment', url: 'http://127.0.0.1:9/', journey: 'built-in', everySeconds: 5 }];
  const broken = {
    check: () => Promise.reject(new Error('no browser')),
    prove: () => Promise.reject(new Error('no browser')),
    warm: () => undefined,
    close: () => Promise.resolve(),
  };
  at = await running({
    config: config({ heartbeatSeconds: 1 }, { pages }),
    ports: { prober: broken },
    tempo: { tick: 50, check: 100 },
  });
  const answer = await at.ask('POST', '/api/shops/komorebi/pages/payment/check');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { code: 'check-failed' } });
  await until(async () => (await guardian('probe'))?.state === 'silent', 'a silent probe');
  expect((await entries()).find((entry) => entry.kind === 'guardian.silent')).toMatchObject({
    data: { guardian: 'probe', kind: 'probe', lastSeen: null },
  });
});

const keyPair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const signed = (said: object) => ({
    ...said,
    key,
    signature: sign(null, canonicalBytes({ ...said, key }), privateKey).toString('base64'),
  });
  return { key, signed };
};
const judged = async () =>
  (await entries()).flatMap((entry) => (entry.kind === 'judged' ? [entry.data.title.en] : []));

test('once a key is enrolled the token alone cannot keep a guard seemingly alive', async () => {
  at = await running({ config: config({ heartbeatSeconds: 600 }), tempo: { tick: 50 } });
  const own = keyPair();
  const thief = keyPair();
  expect(await post(own.signed(beat(1)))).toBe(200);
  expect(await post(own.signed(beat(2)))).toBe(200);
  expect((await entries()).filter((entry) => entry.kind === 'guardian.enrolled')).toMatchObject([
    { data: { guardian: 'guard-1', key: own.key, by: 'first-contact' } },
  ]);
  const seen = (await guardian('guard-1'))?.lastSeen;
  // Unsigned, by another key, by the right key's name but not by the key, altered after it was signed, replayed, reordered.
  expect(await post(beat(3))).toBe(403);
  expect(await post(thief.signed(beat(3)))).toBe(403);
  expect(await post({ ...thief.signed(beat(3)), key: own.key })).toBe(403);
  const honest = own.signed(beat(3)) as Record<string, unknown>;
  expect(await post({ ...honest, watching: [] })).toBe(403);
  expect(await post({ ...honest, count: 9 })).toBe(403);
  expect(await post({ ...honest, signature: '' })).toBe(403);
  expect(await post(own.signed(beat(1)))).toBe(409);
  expect((await guardian('guard-1'))?.lastSeen).toBe(seen);
  expect(new Set(await judged())).toEqual(new Set(['A heartbeat in the name of guard guard-1 was refused.']));
  // Each kind is told once, however often it comes.
  expect(await count('judged')).toBe(3);
  for (let n = 0; n < 20; n++) expect(await post(thief.signed(beat(4 + n)))).toBe(403);
  expect(await count('judged')).toBe(3);
  expect(await post(honest)).toBe(200);
  // The key outlives a restart; only the operator's own configuration replaces it.
  at = await at.again();
  expect(await post(thief.signed(beat(50)))).toBe(403);
  const fresh = keyPair();
  at = await at.again({ config: config({}, { guards: [{ id: 'guard-1', key: fresh.key }] }) });
  expect(await post(own.signed(beat(51)))).toBe(403);
  expect(await post(fresh.signed(beat(51)))).toBe(200);
  expect((await entries()).findLast((entry) => entry.kind === 'guardian.enrolled')).toMatchObject({
    data: { key: fresh.key, by: 'configuration' },
  });
});

test('what a guard did is in the ledger once; a fight is an alarm', async () => {
  at = await running(fast);
  const told = (acts: object[]) => ({
    id: newId('report'),
    guard: 'guard-1',
    shop: 'komorebi',
    root: 'site',
    seal: `sha256:${'0'.repeat(64)}`,
    at: instant(),
    about: newId('report'),
    acts,
  });
  const restored = told([{ kind: 'restored', path: 'a.php', to: null, replaced: null, was: null }]);
  const send = async (body: unknown) => (await at.ask('POST', '/api/guard/acts', body)).status;
  expect(await send(restored)).toBe(200);
  expect(await send(restored)).toBe(200);
  expect(await send({ ...restored, guard: 'guard-2' })).toBe(409);
  expect(await send({ ...restored, root: 'elsewhere' })).toBe(404);
  expect(await send(told([]))).toBe(400);
  expect((await entries()).filter((entry) => entry.kind === 'guard.acted')).toMatchObject([
    { actor: { kind: 'guard', name: 'guard-1' }, data: { root: 'site', report: restored.id, acts: 1 } },
  ]);
  expect(await count('incident.opened')).toBe(0);
  // A restored file is not "everything as sealed": an alteration told before stays one.
  expect(await guardian('guard-1')).toBeUndefined();
  const reason = { en: 'put back 5 times.', ja: '5回戻しました。' };
  expect(await send(told([{ kind: 'stood-down', looksLike: 'fight', path: 'a.php', reason }]))).toBe(200);
  await until(async () => (await count('incident.opened')) === 1, 'an incident');
  at = await at.again();
  expect(await send(restored)).toBe(200);
  expect(await count('guard.acted')).toBe(2);
});
