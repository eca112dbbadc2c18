import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openFileBlobs } from '@komainu/evidence';
import { databaseOf, highestSeen, noteRelease, planOf, sealDatabase, sealRoot } from '@komainu/guard';
import type { Shop } from '@komainu/model';
import type { Run } from '../cli/command.ts';
import { databasesOf, type LoadedConfig, loadConfig, rootsOf, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths, writeNamed } from '../cli/files.ts';
import { hostKeys, sealKeyOf, type SealKeys } from '../cli/seal-keys.ts';
import { expiryFrom, sayUnstored, sealedOrThrow } from '../cli/sealing.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
  readonly by: string;
  readonly expires?: string;
  readonly keyOut?: string;
}

/**
 * Seals, on the shop's own server, every root asked for; the first that cannot be vouched for ends it, and nothing is
 * written for that one.
 */
export const seal: Run<Options> = async (options, { out, env }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const paths = guardPaths(loaded);
  const keys = await ownKeys(loaded, shop);
  const blobs = await openFileBlobs({ dir: paths.blobs });
  const expires = expiryFrom(options.expires);
  const sealed = [];
  for (const { dir, ...root } of rootsOf(loaded, shop, options.root)) {
    const directory = paths.seal(shop.id, root.id);
    const highest = paths.highest(shop.id, root.id);
    const result = await sealRoot({
      root,
      dir,
      shop: shop.id,
      by: options.by,
      blobs,
      signer: keys.signer,
      publicKey: keys.publicKey,
      out: directory,
      atLeast: await highestSeen(highest),
      ...expires,
    });
    const { seal: made, ref, unstored } = sealedOrThrow(result, root.id, out);
    await noteRelease(highest, made.release);
    sayUnstored(unstored, out);
    const { release, files, bytes } = made;
    sealed.push({ root: root.id, release, files, bytes, seal: ref, directory });
  }
  for (const database of databasesOf(loaded, shop, options.root)) {
    const directory = paths.seal(shop.id, database.id);
    const highest = paths.highest(shop.id, database.id);
    const result = await sealDatabase({
      root: database.id,
      plan: planOf(database),
      open: databaseOf(database, env),
      shop: shop.id,
      by: options.by,
      blobs,
      signer: keys.signer,
      publicKey: keys.publicKey,
      out: directory,
      atLeast: await highestSeen(highest),
      ...expires,
    });
    const { seal: made, ref, weaknesses } = sealedOrThrow(result, database.id, out);
    await noteRelease(highest, made.release);
    for (const weakness of weaknesses) out.note(`  ${out.say(weakness)}`);
    const { release, files, bytes } = made;
    sealed.push({ root: database.id, release, files, bytes, seal: ref, directory });
  }
  if (options.keyOut !== undefined) writeNamed(options.keyOut, 'public key', keys.publicKey);
  out.result({ shop: shop.id, key: keys.publicKey, sealed });
  out.line(
    out.say({
      en: 'The key that signs lies on this server: whoever takes it over can seal what they alter. Stronger: "komainu seal release" where the shop is built, "komainu seal install" here.',
      ja: '署名の秘密鍵がこのサーバーにあるため、サーバーを乗っ取られると改ざん後のファイルも封印されかねません。ビルド環境で komainu seal release を、ここでは komainu seal install を使うほうが安全です。',
    }),
  );
  return EXIT.ok;
};

/** This server's own key, unless the configuration trusts another: then nothing sealed here would count. */
async function ownKeys(loaded: LoadedConfig, shop: Shop): Promise<SealKeys> {
  const named = shop.sealKey === undefined ? undefined : resolve(loaded.dir, shop.sealKey);
  const trusted = named !== undefined && existsSync(named) ? sealKeyOf(loaded, shop) : undefined;
  // A key is not made where it would be good for nothing.
  const keys =
    trusted === undefined || existsSync(guardPaths(loaded).keys) ? await hostKeys(loaded, shop) : null;
  if (keys && (trusted === undefined || createPublicKey(trusted).equals(createPublicKey(keys.publicKey))))
    return keys;
  throw new KomainuError('refused', {
    en: `${named}: the seals of shop ${shop.id} are signed with another key, which is not on this server. Seal where it is ("komainu seal release --key"), then "komainu seal install" here.`,
    ja: `${named}: ${shop.id} の封印は、このサーバーにない別の鍵で署名されます。その鍵のある環境で komainu seal release --key を実行し、ここで komainu seal install を実行してください。`,
  });
}
