import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { codeOf } from '../error.ts';
import { replaceDurably } from './store-seal.ts';

/**
 * The highest release ever believed of a root, in a file apart from its seal directory: who puts an old seal back
 * there, with its valid signature, is found out. 0 where nothing was noted yet.
 * @throws when the file is there and cannot be read: not knowing is not 0.
 */
export async function highestSeen(file: string): Promise<number> {
  const noted = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '0';
    throw error;
  });
  return Number.parseInt(noted, 10) || 0;
}

/** A guard with a read-only view notes nothing: whoever put the release in force did, and it has a note of its own. */
const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Notes a release that is believed; never counts down. */
export async function noteRelease(file: string, release: number): Promise<void> {
  if (release <= (await highestSeen(file))) return;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await replaceDurably(dirname(file), basename(file), Buffer.from(`${release}\n`), 0o644);
  } catch (error) {
    if (!READ_ONLY.has(codeOf(error))) throw error;
  }
}
