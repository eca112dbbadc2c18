import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDrill } from './run-drill.ts';

const RUN = join(import.meta.dirname, '../omochabako-2019/run.ts');

// One visit a check: all of them are made by `check.test.ts` here and by the server's own tests. One drill after the
// other: two shops and their browsers at once are more than two cores.
test.each(['page', 'unguarded', 'server-side', 'notice'])(
  'omochabako-2019, %s: every part holds',
  {
    timeout: 400_000,
  },
  async (variant) => {
    const { code, said } = await runDrill([RUN, '--untimed', '--variant', variant, '--one-visit']);
    expect(code, said).toBe(0);
  },
);
