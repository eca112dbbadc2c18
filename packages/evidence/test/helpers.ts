import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Keys, openKeys } from '../src/index.ts';
import { NAME } from './names.ts';

export { NAME } from './names.ts';

const created: string[] = [];

/** For `afterAll` of every file that uses {@link tempDir}; the files of one worker share this module. */
export function removeTempDirs(): void {
  for (const dir of created.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** `memory`: for tests that do not care for the device, and open and close a thousand times. */
export function tempDir(on: 'disk' | 'memory' = 'disk'): string {
  const parent = on === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const dir = mkdtempSync(join(parent, 'komainu-evidence-'));
  created.push(dir);
  return dir;
}

export const newKeys = (): Promise<Keys> => openKeys({ dir: join(tempDir(), 'keys'), name: NAME });

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const textOf = (content: Uint8Array): string => Buffer.from(content).toString();

/** A repeatable source of numbers below `limit`, so that a failure can be run again. */
export function random(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

export function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

export const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'resolved',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

export const tar = (...args: readonly string[]): string => execFileSync('tar', args, { encoding: 'utf8' });
