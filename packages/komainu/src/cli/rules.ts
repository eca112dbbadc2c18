import { createPublicKey } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { LoadedConfig } from './config.ts';
import { KomainuError } from './errors.ts';
import { readNamed } from './files.ts';

/** Where an update of the rules lies. */
export const rulesDir = (loaded: LoadedConfig): string => join(loaded.dataDir, 'rules');

/** The key of whom rules are taken from, PEM; null when the configuration names none. */
export function rulesKey({ config, dir }: LoadedConfig): string | null {
  if (config.rules.key === undefined) return null;
  const file = resolve(dir, config.rules.key);
  const pem = readNamed(file, 'key of the rules');
  try {
    createPublicKey(pem);
  } catch (cause) {
    throw new KomainuError(
      'config',
      {
        en: `${file}: rules.key: this is not a public key in PEM`,
        ja: `${file}: rules.key は公開鍵（PEM）ではありません。`,
      },
      { cause },
    );
  }
  return pem;
}
