import { mkdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { replaceDurably } from './store-seal.ts';

/**
 * The highest release ever believed of a root, in a file apart from its seal directory: who puts an old seal back
 * there, with its valid signature, is found out. 0 where nothing was noted yet.
 */
export const highestSeen = async (file: string): Promise<number> =>
  Number.parseInt(await readFile(file, 'utf8').catch(() => '0'), 10) || 0;

/** Notes a release that is believed; never counts down. */
export async function noteRelease(file: string, release: number): Promise<void> {
  if (release <= (await highestSeen(file))) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await replaceDurably(dirname(file), basename(file), Buffer.from(`${release}\n`));
}
