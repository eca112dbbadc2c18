import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { quarantineFile, restoreFile } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { openSeals } from '../cli/seals.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
}

/** A sealed file is put back as it was sealed; one that the seal does not know is taken away. Its bytes are kept first. */
export const restore: Run<Options> = async (options, { out }, [path]) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const { roots, blobs } = await openSeals(loaded, shop, options.root);
  const [first, ...more] = roots;
  if (!first || more.length > 0 || path === undefined)
    throw new KomainuError('usage', {
      en: 'name the file and its --root',
      ja: 'ファイルと --root を指定してください',
    });
  const { dir, seal } = first;
  if (!seal.entries.has(path) && !existsSync(join(dir, path)))
    throw new KomainuError('usage', {
      en: `${path}: neither in the seal of ${seal.seal.root} nor on disk; name it as the report does`,
      ja: `${path}：${seal.seal.root} の封印にもディスク上にもありません。報告書のとおりに指定してください`,
    });
  const result = seal.entries.has(path)
    ? await restoreFile({ seal, dir, path, blobs })
    : await quarantineFile({ dir, path, blobs });
  out.result(result);
  switch (result.kind) {
    case 'refused':
      throw new KomainuError('refused', result.message);
    case 'gone':
      out.line(out.say({ en: `${path}: gone already`, ja: `${path}: すでにありません` }));
      return EXIT.ok;
    case 'as-sealed':
      out.line(out.say({ en: `${path}: as sealed already`, ja: `${path}: すでに封印時のままです` }));
      return EXIT.ok;
    case 'restored':
      out.line(
        out.say({
          en: `${path}: as sealed again; replaced bytes: ${result.replaced ?? 'none'}`,
          ja: `${path}: 封印時の状態に戻しました（置き換えた内容: ${result.replaced ?? 'なし'}）`,
        }),
      );
      return EXIT.ok;
    case 'quarantined':
      out.line(
        out.say({
          en: `${path}: not in the seal, taken away; its bytes: ${result.body ?? 'none'}`,
          ja: `${path}: 封印にないため隔離しました（内容: ${result.body ?? 'なし'}）`,
        }),
      );
      return EXIT.ok;
  }
};
