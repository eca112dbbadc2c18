import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from '../lib/process.ts';
import { VARIANTS } from '../omochabako-2019/options.ts';

const RUN = join(import.meta.dirname, '../omochabako-2019/run.ts');
const KILLS = join(import.meta.dirname, '../kills/run.ts');

/** Runs a drill as people do, in a directory of its own. */
function run(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'komainu-drill-'));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...NODE_FLAGS, ...args],
      { cwd, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr });
      },
    );
  });
}

test.each(VARIANTS)('omochabako-2019, %s: every part holds', { timeout: 400_000 }, async (variant) => {
  // All visits where the probe alone raises the alarm: elsewhere its checks are only all-clears.
  const quick = variant === 'unguarded' ? [] : ['--one-visit'];
  const { code, said } = await run([RUN, '--untimed', '--variant', variant, ...quick]);
  expect(code, said).toBe(0);
});

test('the server is killed at random moments: nothing told is lost, the halt holds', {
  timeout: 400_000,
}, async () => {
  const { code, said } = await run([KILLS, process.env['KOMAINU_KILLS'] ?? '3']);
  expect(code, said).toBe(0);
});
