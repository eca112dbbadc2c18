import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openKeys } from '@komainu/evidence';
import type { SealSigner } from '@komainu/guard';
import type { Shop } from '@komainu/model';
import type { LoadedConfig } from './config.ts';
import { KomainuError } from './errors.ts';
import { guardPaths, readNamed, unusable } from './files.ts';

export interface SealKeys {
  readonly signer: SealSigner;
  /** SubjectPublicKeyInfo PEM. */
  readonly publicKey: string;
}

/** The sealing key's public half as the configuration names it, PEM; undefined where it names none. */
export function sealKeyOf({ dir }: LoadedConfig, { id, sealKey }: Shop): string | undefined {
  if (sealKey === undefined) return undefined;
  const file = resolve(dir, sealKey);
  const pem = readNamed(file, 'sealing key');
  try {
    return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
  } catch (cause) {
    throw new KomainuError(
      'config',
      {
        en: `${file}: shop ${id}: this is not a public key in PEM; "komainu seal keygen" makes one, "komainu seal --key-out ${sealKey}" writes this server's own`,
        ja: `${file}: ${id} の封印の公開鍵（PEM）ではありません。komainu seal keygen で作成するか、このサーバーの鍵なら komainu seal --key-out ${sealKey} で書き出せます。`,
      },
      { cause },
    );
  }
}

/** The key that lies on this server, made when there is none. */
export const hostKeys = async (loaded: LoadedConfig, shop: Shop): Promise<SealKeys> =>
  openKeys({ dir: guardPaths(loaded).keys, name: `${shop.id}/seal` });

/** The key whose seals count here: the one the configuration names, else this server's own. */
export const trustedKey = async (loaded: LoadedConfig, shop: Shop): Promise<string> =>
  sealKeyOf(loaded, shop) ?? (await hostKeys(loaded, shop)).publicKey;

/** Reads a private sealing key. @throws KomainuError where it is none, or where others can read it. */
export function readSigningKey(file: string): SealKeys {
  const pem = readPrivate(file);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`${key.asymmetricKeyType}`);
    return {
      signer: { sign: (message) => sign(null, message, key) },
      publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    };
  } catch (cause) {
    throw new KomainuError(
      'data',
      {
        en: `${file}: this is not an Ed25519 private key in PEM; "komainu seal keygen" makes one`,
        ja: `${file}: Ed25519 の秘密鍵（PEM）ではありません。komainu seal keygen で作成できます。`,
      },
      { cause },
    );
  }
}

function readPrivate(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      const { mode } = fstatSync(fd);
      if ((mode & 0o077) !== 0)
        throw new KomainuError('refused', {
          en: `${file}: others can read this private key (mode ${(mode & 0o777).toString(8)}); run "chmod 600", and make a new one if anybody may have read it`,
          ja: `${file}: この秘密鍵は他のユーザーからも読めます（モード ${(mode & 0o777).toString(8)}）。chmod 600 を実行し、読まれたおそれがあれば作り直してください。`,
        });
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw cause instanceof KomainuError ? cause : unusable(file, 'private key', cause);
  }
}
