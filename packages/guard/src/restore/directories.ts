import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import type { FilePath, FileState } from '@komainu/model';
import { nameOf, parentOf, ROOT } from '../disk/names.ts';
import { observe } from '../disk/observe.ts';
import { codeOf } from '../error.ts';
import type { SealedEntries } from '../seal/entries.ts';
import { type HeldDirectory, holdParent, setRights } from './in-place.ts';

/** Makes the sealed directories above a path again where they are gone, `real` being the root's real path. */
export function makeAncestors(real: string, path: FilePath, sealed: SealedEntries): void {
  for (const above of ancestors(path)) {
    const state = sealed.get(above);
    if (state?.type === 'directory' && observe(real, above, { hash: false }).kind === 'gone')
      makeDirectory(real, above, state);
  }
}

/** From the top down, without the path itself. */
function ancestors(path: FilePath): FilePath[] {
  const all: FilePath[] = [];
  for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) all.unshift(at);
  return all;
}

function makeDirectory(real: string, path: FilePath, state: FileState): void {
  const parent = holdParent(real, path);
  if (!parent) return;
  try {
    ensureDirectory(parent, path, state);
  } finally {
    parent.close();
  }
}

/** Makes a directory, or gives the one that is there its sealed owner and mode. */
export function ensureDirectory(parent: HeldDirectory, path: FilePath, state: FileState): void {
  try {
    mkdirSync(parent.at(nameOf(path)), 0o700);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  const fd = openSync(
    parent.at(nameOf(path)),
    constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
  );
  try {
    setRights(fd, state);
  } finally {
    closeSync(fd);
  }
  parent.sync();
}
