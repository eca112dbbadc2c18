import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Behaviour, ServerSide } from './behaviour.ts';

/** Every behaviour of a page, one per file, in the order of names. */
export const library = async (): Promise<readonly Behaviour[]> => [
  ...(await all<Behaviour>('skimmers')),
  ...(await all<Behaviour>('benign')),
];

/** What happens in the files of the shop. */
export const serverSideLibrary = (): Promise<readonly ServerSide[]> => all('server-side');

async function all<T>(folder: string): Promise<readonly T[]> {
  const dir = join(import.meta.dirname, folder);
  const files = readdirSync(dir)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(join(dir, name)).href) as Promise<{ readonly default: T }>),
  );
  return modules.map((module) => module.default);
}
