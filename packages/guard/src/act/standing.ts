import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef, FilePath, RootId } from '@komainu/model';
import { replaceDurably } from '../seal/store-seal.ts';

/**
 * Where the guard has stood down, over restarts: a restart is no person. Another release clears it, since what is
 * sealed, and who moves files about, has been settled by whoever signed it.
 */
export interface Standing {
  isDown(path: FilePath): boolean;
  /** Null: everywhere under the root. Durable when it resolves; false where it was down already. */
  standDown(path: FilePath | null): Promise<boolean>;
  /** How many paths were stood down, not counting the whole. */
  paths(): number;
  /** The name of the person who said that it may act again; null when nobody did. */
  called(): Promise<string | null>;
}

const WHOLE = '*';
const MAX_NAME = 200;

const fileOf = (root: RootId) => `${root}.stood-down`;
const callOf = (root: RootId) => `${root}.stand-again`;

export async function openStanding(data: string, root: RootId, seal: BlobRef): Promise<Standing> {
  const dir = join(data, 'acts');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const stored = parse(await readFile(join(dir, fileOf(root)), 'utf8').catch(() => ''));
  const down = new Set(stored?.seal === seal ? stored.down : []);
  return {
    isDown: (path) => down.has(WHOLE) || down.has(path),
    paths: () => down.size - (down.has(WHOLE) ? 1 : 0),
    async standDown(path) {
      const key = path ?? WHOLE;
      if (down.has(key)) return false;
      down.add(key);
      const text = JSON.stringify({ seal, down: [...down] });
      await replaceDurably(dir, fileOf(root), Buffer.from(text));
      return true;
    },
    async called() {
      const by = await readFile(join(dir, callOf(root)), 'utf8').catch(() => null);
      if (by === null) return null;
      down.clear();
      await rm(join(dir, fileOf(root)), { force: true });
      await rm(join(dir, callOf(root)), { force: true });
      return by.trim().slice(0, MAX_NAME) || 'unknown';
    },
  };
}

/** A person, at the machine and as the guard's user, says that the guard may act again. */
export async function callToStandAgain(data: string, root: RootId, by: string): Promise<void> {
  const dir = join(data, 'acts');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // Readable by the guard's own user, whoever this person is; the directory is closed to all others.
  await replaceDurably(dir, callOf(root), Buffer.from(`${by}\n`), 0o644);
}

function parse(text: string): { readonly seal: string; readonly down: readonly string[] } | null {
  try {
    return JSON.parse(text) as { seal: string; down: string[] };
  } catch {
    return null;
  }
}
