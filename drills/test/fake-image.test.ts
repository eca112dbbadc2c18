import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from '../lib/process.ts';

const RUN = join(import.meta.dirname, '../fake-image/run.ts');

test('fake-image: found, told in one sentence, undone', { timeout: 300_000 }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'komainu-drill-'));
  const { code, said } = await new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, [...NODE_FLAGS, RUN], { cwd, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
    );
  });
  expect(code, said).toBe(0);
});
