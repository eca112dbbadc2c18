import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const RUN = join(import.meta.dirname, '../omochabako-2019/run.ts');

test.each([
  // All visits where the probe alone raises the alarm: elsewhere its checks are only all-clears.
  ['unguarded', []],
  ['server-side', ['--one-visit']],
])('omochabako-2019, %s: every part holds', { timeout: 400_000 }, async (variant, more) => {
  const { code, said } = await runDrill([RUN, '--untimed', '--variant', variant, ...more]);
  expect(code, said).toBe(0);
});
