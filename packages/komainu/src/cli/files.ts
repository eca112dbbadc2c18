import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RootId, ShopId } from '@komainu/model';
import type { LoadedConfig } from './config.ts';
import { KomainuError } from './errors.ts';

/** Where the guard keeps its own things, apart from the server's: it may stand on another machine. */
export const guardPaths = (loaded: LoadedConfig) => {
  const base = join(loaded.dataDir, 'guard');
  return {
    base,
    keys: join(base, 'keys'),
    blobs: join(base, 'blobs'),
    spool: join(base, 'spool'),
    seal: (shop: ShopId, root: RootId) => join(base, 'seals', shop, root),
    /** Where the highest release ever believed is noted: apart from the seal it would unmask. */
    highest: (shop: ShopId, root: RootId) => join(base, 'highest', shop, root),
  };
};

/** Reads a file the user named. @throws KomainuError that names it. */
export function readNamed(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(file, what, cause);
  }
}

export function readJsonNamed(file: string, what: string): unknown {
  const source = readNamed(file, what);
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new KomainuError(
      'data',
      {
        en: `${file}: this ${what} is not JSON: ${String(cause)}`,
        ja: `${file}: ${what} が JSON ではありません: ${String(cause)}`,
      },
      { cause },
    );
  }
}

export function writeNamed(file: string, what: string, bytes: string | Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (cause) {
    throw unusable(file, what, cause);
  }
}

export function unusable(file: string, what: string, cause: unknown): KomainuError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new KomainuError(
    'io',
    {
      en: `${file}: the ${what} cannot be used (${code})`,
      ja: `${file}: ${what} を使用できません（${code}）`,
    },
    { cause },
  );
}
