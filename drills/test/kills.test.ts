import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const KILLS = join(import.meta.dirname, '../kills/run.ts');

test('the server is killed at random moments: nothing told is lost, the halt holds', {
  timeout: 400_000,
}, async () => {
  const { code, said } = await runDrill([KILLS, process.env['KOMAINU_KILLS'] ?? '3']);
  expect(code, said).toBe(0);
});
