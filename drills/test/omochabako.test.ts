import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const RUN = join(import.meta.dirname, '../omochabako-2019/run.ts');

// The other two are in a file of their own: each takes minutes, most of them waiting.
test.each(['page', 'notice'])(
  'omochabako-2019, %s: every part holds',
  { timeout: 400_000 },
  async (variant) => {
    const { code, said } = await runDrill([RUN, '--untimed', '--variant', variant, '--one-visit']);
    expect(code, said).toBe(0);
  },
);
