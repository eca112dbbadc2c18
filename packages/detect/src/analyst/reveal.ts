import { spawn } from 'node:child_process';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sibling } from './start.ts';

/** Larger scripts are libraries with something added; to take them apart costs minutes. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_RESULT = 32 * 1024 * 1024;
const HEAP_MB = 512;

/**
 * Takes the disguise off a script in a process of its own: it may read packages and nothing else, writes nothing,
 * starts nothing, makes no code from text, and is killed at the deadline. Null when nothing came of it. Never rejects.
 * @param deadline in milliseconds
 */
export async function reveal(
  code: Uint8Array,
  deadline: number,
  signal: AbortSignal,
): Promise<string | null> {
  if (code.length > MAX_BYTES) return null;
  const { path, execArgv } = sibling(import.meta.url, 'reveal-child');
  const child = spawn(
    process.execPath,
    [
      ...execArgv,
      '--permission',
      ...readable(path).map((place) => `--allow-fs-read=${place}`),
      '--disallow-code-generation-from-strings',
      `--max-old-space-size=${HEAP_MB}`,
      '--stack-size=3900',
      path,
    ],
    {
      env: {},
      cwd: '/',
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: deadline,
      killSignal: 'SIGKILL',
      signal,
    },
  );
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

/** Where its modules lie: its own package, and every `node_modules` above what it needs. */
function readable(path: string): readonly string[] {
  const places = new Set([join(dirname(path), '..', '..')]);
  for (const name of ['webcrack', 'quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync']) {
    const file = resolved(name);
    const at = file?.lastIndexOf(`${sep}node_modules${sep}`) ?? -1;
    if (file !== null && at !== -1) places.add(`${file.slice(0, at)}${sep}node_modules`);
  }
  return [...places];
}

function resolved(name: string): string | null {
  try {
    return fileURLToPath(import.meta.resolve(name));
  } catch {
    return null;
  }
}
