import { resolve } from 'node:path';
import { openOwnRules, type OwnRules } from '@komainu/detect/analyst';
import type { Config } from '@komainu/model';

/** The YARA rules the configuration names; null when it names none. */
export function ownRulesOf({ rules }: Config, configDir: string, path: string): OwnRules | null {
  if (rules.yara === undefined) return null;
  const { dir, onHit, seconds, megabytes } = rules.yara;
  return openOwnRules({
    dir: resolve(configDir, dir),
    grave: onHit === 'tampered',
    seconds,
    megabytes,
    path,
  });
}
