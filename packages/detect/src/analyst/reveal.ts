import { spawn } from 'node:child_process';
import { confined, sibling } from './confine.ts';

/** Larger scripts are libraries with something added; to take them apart costs minutes. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_RESULT = 32 * 1024 * 1024;
const HEAP_MB = 512;

const PACKAGES = ['webcrack', 'quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync'];

/**
 * Takes the disguise off a script in a process of its own, killed at the deadline. Null when nothing came of it: it
 * is no disguise webcrack knows, it took too long, webcrack is not installed. Never rejects.
 * @param deadline in milliseconds
 */
export async function reveal(
  code: Uint8Array,
  deadline: number,
  signal: AbortSignal,
): Promise<string | null> {
  if (code.length > MAX_BYTES) return null;
  const path = sibling(import.meta.url, 'reveal-child');
  const child = spawn(process.execPath, [...confined(path, PACKAGES, HEAP_MB), path], {
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: deadline,
    killSignal: 'SIGKILL',
    signal,
  });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const pieces: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size > MAX_RESULT) child.kill('SIGKILL');
    else pieces.push(piece);
  });
  child.on('error', () => resolve(null));
  child.on('close', (status) => resolve(status === 0 ? Buffer.concat(pieces).toString() : null));
  // It may die before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(code);
  return promise;
}
