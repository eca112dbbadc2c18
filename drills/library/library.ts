import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Behaviour } from './behaviour.ts';

const FOLDERS = ['skimmers', 'benign'] as const;

/** Every behaviour, one per file, in the order of names. */
export async function library(): Promise<readonly Behaviour[]> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => join(import.meta.dirname, folder, name)),
  );
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(file).href) as Promise<{ readonly default: Behaviour }>),
  );
  return modules.map((module) => module.default);
}
