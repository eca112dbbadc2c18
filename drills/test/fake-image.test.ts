import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const RUN = join(import.meta.dirname, '../fake-image/run.ts');

test('fake-image: found, told in one sentence, undone', { timeout: 300_000 }, async () => {
  const { code, said } = await runDrill([RUN]);
  expect(code, said).toBe(0);
});
