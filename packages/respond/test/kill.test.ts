import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerEntry } from '@komainu/model';
import { afterAll, expect, it } from 'vitest';
import { applyEntry, initialState } from '../src/index.ts';
import { broken } from './invariants.ts';
import { World } from './world.ts';

const dir = mkdtempSync(join(tmpdir(), 'komainu-respond-'));
afterAll(() => rmSync(dir, { recursive: true }));
const script = new URL('halting-process.ts', import.meta.url).pathname;

/** Runs until it ends, or until it is killed some time after its first acknowledged entry. */
const run = (killAfter: number | null) => {
  const child = spawn(process.execPath, ['--conditions=source', script, dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; acknowledged: number[] }>();
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (out === '' && killAfter !== null) setTimeout(() => child.kill('SIGKILL'), killAfter);
    out += chunk.toString();
  });
  child.on('close', (code) => {
    const lines = out.slice(0, out.lastIndexOf('\n') + 1).split('\n');
    resolve({ code, acknowledged: lines.filter((line) => line !== '').map(Number) });
  });
  return promise;
};

it('a halt survives kill -9 at any moment: nothing acknowledged is lost, and it ends proved', async () => {
  const world = new World();
  world.judge('tampered', ['skimmer']);
  // Killed between the judgement and the incident.
  writeFileSync(join(dir, 'ledger.jsonl'), `${JSON.stringify(world.ledger[0]?.entry)}\n`);
  const read = () =>
    readFileSync(join(dir, 'ledger.jsonl'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => LedgerEntry.parse(JSON.parse(line)));
  let last: { code: number | null } = { code: null };
  for (let kills = 0; last.code !== 0; kills++) {
    const result = await run(kills < 15 ? Math.random() * 60 : null);
    const entries = read();
    for (const index of result.acknowledged) expect(entries[index]).toBeDefined();
    last = result;
  }
  const entries = read();
  let state = initialState(world.shop.id);
  for (const [index, entry] of entries.entries()) {
    state = applyEntry(state, { index, entry });
    expect(broken(entries.slice(0, index + 1), state)).toBeNull();
  }
  expect(state.gate.state).toBe('halted');
  expect(entries.filter(({ kind }) => kind === 'incident.opened' || kind === 'halt.ordered')).toHaveLength(2);
  expect(JSON.parse(readFileSync(join(dir, 'shop.json'), 'utf8'))).toEqual([
    { code: 'card', enabled: false },
  ]);
});
