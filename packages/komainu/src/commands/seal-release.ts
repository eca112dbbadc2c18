import { resolve } from 'node:path';
import { sealRoot } from '@komainu/guard';
import { RootId, ShopId } from '@komainu/model';
import type { Run } from '../cli/command.ts';
import { loadPolicies } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { readSigningKey } from '../cli/seal-keys.ts';
import { expiryFrom, sealedOrThrow } from '../cli/sealing.ts';

interface Options {
  readonly key: string;
  readonly shop: string;
  readonly root: string;
  readonly dir: string;
  readonly out: string;
  readonly policies?: string;
  readonly owner?: string;
  readonly release?: string;
  readonly expires?: string;
  readonly by: string;
}

/** Seals a directory where the shop is built: needs neither the server, nor its configuration, nor its ledger. */
export const release: Run<Options> = async (options, { out }) => {
  const shop = ShopId.safeParse(options.shop);
  const root = RootId.safeParse(options.root);
  if (!shop.success || !root.success)
    throw new KomainuError('usage', {
      en: `--shop ${options.shop} --root ${options.root}: the ids of the server's komainu.yaml: lower-case letters, digits and "-"`,
      ja: `--shop ${options.shop} --root ${options.root}: サーバーの komainu.yaml の id（半角の英小文字、数字、「-」）を指定してください`,
    });
  const keys = readSigningKey(options.key);
  const rules = options.policies === undefined ? { policies: [] } : loadPolicies(options.policies);
  const dir = resolve(options.dir);
  const result = await sealRoot({
    root: { id: root.data, path: dir, ...rules },
    dir,
    shop: shop.data,
    by: options.by,
    blobs: null,
    signer: keys.signer,
    publicKey: keys.publicKey,
    out: resolve(options.out),
    ...expiryFrom(options.expires),
    ...ownerFrom(options.owner),
    ...numberFrom(options.release),
  });
  const { seal, ref } = sealedOrThrow(result, root.data, out);
  out.result({
    shop: shop.data,
    root: root.data,
    release: seal.release,
    seal: ref,
    directory: resolve(options.out),
  });
  return EXIT.ok;
};

function ownerFrom(owner: string | undefined) {
  if (owner === undefined) return {};
  const [, uid, gid] = /^(\d{1,9}):(\d{1,9})$/.exec(owner) ?? [];
  if (uid === undefined || gid === undefined)
    throw new KomainuError('usage', {
      en: `--owner ${owner}: numbers as the server has them, "0:33"; "id -u", "id -g" there show them`,
      ja: `--owner ${owner}: サーバーでの番号を「0:33」の形で指定してください（サーバーの id -u、id -g で確認できます）`,
    });
  return { owner: { uid: Number(uid), gid: Number(gid) } };
}

function numberFrom(number: string | undefined) {
  if (number === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(number))
    throw new KomainuError('usage', {
      en: `--release ${number}: a whole number that only ever grows, as a build number does`,
      ja: `--release ${number}: ビルド番号のように増え続ける整数を指定してください`,
    });
  return { release: Number(number) };
}
