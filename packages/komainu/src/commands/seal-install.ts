import { resolve } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { installSeal } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { loadConfig, rootsOf, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
import { sealKeyOf } from '../cli/seal-keys.ts';
import { sayUnstored } from '../cli/sealing.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
  readonly files?: string;
}

/** Verifies, on the shop's server, a release that was sealed elsewhere, and puts it in force at once. */
export const install: Run<Options> = async (options, { out }, [from = '.']) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const [root, ...more] = rootsOf(loaded, shop, options.root);
  if (!root || more.length > 0)
    throw new KomainuError('usage', {
      en: `name one --root of: ${shop.roots.map(({ id }) => id).join(', ')}`,
      ja: `--root を指定してください（${shop.roots.map(({ id }) => id).join(', ')}）`,
    });
  const publicKey = sealKeyOf(loaded, shop);
  if (publicKey === undefined)
    throw new KomainuError('config', {
      en: `${loaded.file}: shop ${shop.id} has no sealKey; name there the public key that "komainu seal keygen" made (komainu.pub)`,
      ja: `${loaded.file}: ${shop.id} に sealKey がありません。komainu seal keygen で作成した公開鍵（komainu.pub）を指定してください`,
    });
  const paths = guardPaths(loaded);
  const result = await installSeal({
    from: resolve(from),
    out: paths.seal(shop.id, root.id),
    publicKey,
    shop: shop.id,
    root: root.id,
    highest: paths.highest(shop.id, root.id),
    files: options.files === undefined ? root.dir : resolve(options.files),
    blobs: await openFileBlobs({ dir: paths.blobs }),
  });
  if (result.kind === 'refused') throw new KomainuError('refused', result.message);
  const { seal, ref } = result.seal;
  out.result({ shop: shop.id, root: root.id, release: seal.release, seal: ref, unstored: result.unstored });
  out.line(
    out.say({
      en: `${root.id}: release ${seal.release} by ${seal.createdBy} is in force: ${seal.files} files, ${ref}`,
      ja: `${root.id}: リリース ${seal.release}（封印者 ${seal.createdBy}）が有効になりました（${seal.files} ファイル、${ref}）`,
    }),
  );
  sayUnstored(result.unstored, out);
  return EXIT.ok;
};
