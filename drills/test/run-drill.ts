import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../lib/process.ts';

/** Runs a drill as people do, in a directory of its own, which stays when it failed. */
export function runDrill(args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'komainu-drill-'));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...NODE_FLAGS, ...args],
      { cwd, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        if (!error) rmSync(cwd, { recursive: true, force: true });
        resolve({ code: error ? Number(error.code ?? 1) : 0, said: stdout + stderr });
      },
    );
  });
}
