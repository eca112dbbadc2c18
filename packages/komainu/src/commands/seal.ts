import { openFileBlobs, openKeys } from '@komainu/evidence';
import { sealRoot } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { loadConfig, rootsOf, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths, writeNamed } from '../cli/files.ts';
import { untrusted } from '../cli/output.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
  readonly by: string;
  readonly keyOut?: string;
}

/** Seals every root asked for; the first that cannot be vouched for ends it, and nothing is written for that one. */
export const seal: Run<Options> = async (options, { out }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const paths = guardPaths(loaded);
  const keys = await openKeys({ dir: paths.keys, name: `${shop.id}/seal` });
  const blobs = await openFileBlobs({ dir: paths.blobs });
  const sealed = [];
  for (const root of rootsOf(loaded, shop, options.root)) {
    const { dir, ...plain } = root;
    const result = await sealRoot({
      root: plain,
      dir,
      shop: shop.id,
      by: options.by,
      blobs,
      signer: keys.signer,
      publicKey: keys.publicKey,
      out: paths.seal(shop.id, root.id),
    });
    if (result.kind === 'refused') throw new KomainuError('refused', result.message);
    if (result.kind === 'unreadable') {
      const list = result.gaps
        .map((gap) => `${untrusted(gap.path ?? '.')}: ${untrusted(gap.detail)}`)
        .join('\n  ');
      throw new KomainuError('io', {
        en: `${root.id}: not sealed, these could not be read:\n  ${list}`,
        ja: `${root.id}: 次のファイルを読めないため、封印していません:\n  ${list}`,
      });
    }
    const { release, files, bytes } = result.seal;
    sealed.push({
      root: root.id,
      release,
      files,
      bytes,
      seal: result.ref,
      directory: paths.seal(shop.id, root.id),
    });
    out.line(
      out.say({
        en: `${root.id}: sealed as release ${release}: ${files} files, ${bytes} bytes, ${result.ref}`,
        ja: `${root.id}: リリース ${release} として封印しました（${files} ファイル、${bytes} バイト、${result.ref}）`,
      }),
    );
    for (const path of result.unstored)
      out.note(
        out.say({
          en: `  too big to keep for restoring: ${untrusted(path)}`,
          ja: `  大きすぎるため復元用に保存していません: ${untrusted(path)}`,
        }),
      );
  }
  if (options.keyOut !== undefined) writeNamed(options.keyOut, 'public key', keys.publicKey);
  out.result({ shop: shop.id, key: keys.publicKey, sealed });
  return EXIT.ok;
};
