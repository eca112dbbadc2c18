import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const RUN = join(import.meta.dirname, '../database-block/run.ts');

test('database-block: found, told in one sentence, undone', { timeout: 300_000 }, async () => {
  const { code, said } = await runDrill([RUN]);
  expect(code, said).toBe(0);
});
