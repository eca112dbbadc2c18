import { join } from 'node:path';
import { callToStandAgain } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { loadConfig, rootsOf, shopOf } from '../cli/config.ts';
import { EXIT } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
import { guardianId } from '../cli/guardian.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
  readonly id: string;
  readonly by: string;
}

/** A person lets a guard that stood down act again; it takes it up within seconds, and tells who said so. */
export const guardResume: Run<Options> = async (options, { out }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const data = join(guardPaths(loaded).base, guardianId(options.id));
  const roots = rootsOf(loaded, shop, options.root).map(({ id }) => id);
  for (const root of roots) await callToStandAgain(data, root, options.by);
  out.result({ roots, by: options.by });
  out.line(
    out.say({
      en: `${roots.join(', ')}: the guard acts again; what differs still is put right`,
      ja: `${roots.join('、')}: ガードの自動復元を再開します。まだ異なるものは元に戻します`,
    }),
  );
  return EXIT.ok;
};
