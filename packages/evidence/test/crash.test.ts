import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openKeys, openLedger, verifyLedger } from '../src/index.ts';
import { NAME, random, removeTempDirs, tempDir } from './helpers.ts';

afterAll(removeTempDirs);

/** `KOMAINU_CRASH_ROUNDS=1000` for a longer run. */
const ROUNDS = Number(process.env['KOMAINU_CRASH_ROUNDS'] ?? 50);

const dice = random(Number(process.env['KOMAINU_CRASH_SEED'] ?? 1));

/** Lets the child append for a while, kills it with SIGKILL, and gives the lines it printed in full. */
async function appendAndKill(dir: string, round: number): Promise<readonly string[]> {
  const script = join(import.meta.dirname, 'append-until-killed.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, dir, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let lines = 0;
  // Counted in acknowledgements, not in time: a busy machine must not make the test a polite one. The first line says
  // that the ledger is open; killed there, it is in its first commit.
  const enough = 1 + dice(40);
  const linger = dice(6);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const before = lines;
    lines += text.split('\n').length - 1;
    if (before < enough && lines >= enough) setTimeout(() => child.kill('SIGKILL'), linger);
  });
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

test(
  `kill -9, ${ROUNDS} times: every acknowledged entry is there, with the same bytes`,
  async () => {
    // What a killed process leaves is in the kernel's memory on any file system; power cuts have a test of their own.
    const dir = tempDir('memory');
    const acknowledged = new Map<number, string>();
    let cuts = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const line of await appendAndKill(dir, round)) {
        const [index = '', digest = ''] = line.split(' ');
        if (index !== 'open') acknowledged.set(Number(index), digest);
      }
      const keys = await openKeys({ dir: join(dir, 'keys'), name: NAME });
      const ledger = await openLedger({ dir: join(dir, 'ledger'), keys });
      if (ledger.recovery.kind === 'cut') cuts += 1;
      expect(ledger.recovery.kind).not.toBe('created');
      const missing = new Set(acknowledged.keys());
      for await (const { index, bytes } of ledger.entries())
        if (acknowledged.get(index) === createHash('sha256').update(bytes).digest('hex'))
          missing.delete(index);
      expect([...missing], `after round ${round}`).toEqual([]);
      await ledger.close();
    }
    const first = readFileSync(join(dir, 'keys/ledger-key.first.vkey'), 'utf8');
    const verdict = await verifyLedger(join(dir, 'ledger'), first);
    expect(verdict).toMatchObject({ ok: true });
    // Otherwise the kills were too polite to prove anything.
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * 10);
    expect(cuts).toBeGreaterThan(0);
    if (verdict.ok) expect(verdict.keys.length).toBeGreaterThan(ROUNDS / 10);
  },
  ROUNDS * 20_000,
);
