import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicKeyFiles } from '@komainu/guard';
import type { Run } from '../cli/command.ts';
import { EXIT } from '../cli/errors.ts';
import { unusable } from '../cli/files.ts';

const PRIVATE = 'seal-key.pem';

/** Makes a sealing key: the private half for the pipeline, the public half in every form that is asked for. */
export const keygen: Run<object> = async (_, { out }, [dir = '.']) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const files = publicKeyFiles(publicKey);
  mkdirSync(dir, { recursive: true });
  // The private one first: where it exists already, nothing is written and no key is lost.
  for (const [name, bytes, mode] of [
    [PRIVATE, pem, 0o600] as const,
    ...Object.entries(files).map(([file, content]) => [file, content, 0o644] as const),
  ]) {
    const file = join(dir, name);
    try {
      writeFileSync(file, bytes, { mode, flag: 'wx' });
    } catch (cause) {
      throw unusable(file, name === PRIVATE ? 'private key' : 'public key', cause);
    }
  }
  out.result({ private: join(dir, PRIVATE), public: Object.keys(files).map((name) => join(dir, name)) });
  out.line(
    out.say({
      en: `${join(dir, PRIVATE)}: the private key, for the pipeline. Never copy it to the shop's server.`,
      ja: `${join(dir, PRIVATE)}: 秘密鍵（ビルド環境用）。ショップのサーバーには決してコピーしないでください。`,
    }),
  );
  out.line(
    out.say({
      en: `${join(dir, 'komainu.pub')}: the public key, for sealKey in the server's komainu.yaml. Give it to your auditor too, beside ${Object.keys(files).slice(1).join(', ')} for other tools.`,
      ja: `${join(dir, 'komainu.pub')}: 公開鍵（サーバーの komainu.yaml の sealKey 用）。監査担当者にも渡してください。ほかのツール用: ${Object.keys(files).slice(1).join('、')}`,
    }),
  );
  return EXIT.ok;
};
