import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { consoleDirectory } from '@komainu/console';
import { startServer } from '@komainu/server';
import type { Run } from '../cli/command.ts';
import { type LoadedConfig, loadConfig } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { readNamed } from '../cli/files.ts';
import { VERSION } from '../version.ts';

interface Options {
  readonly config: string;
  readonly port?: string;
}

/** Runs the server until Ctrl-C. With --json one line says that it is ready, and where. */
export const up: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const port = options.port === undefined ? loaded.config.server.port : Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new KomainuError('usage', {
      en: `--port ${options.port}: a number from 0 to 65535`,
      ja: `--port ${options.port}: 0〜65535 の数を指定してください`,
    });
  const server = await startServer({
    config: { ...loaded.config, server: { ...loaded.config.server, port } },
    configDir: loaded.dir,
    dataDir: loaded.dataDir,
    consoleDir: consoleDirectory,
    env,
    sealKeys: sealKeysOf(loaded),
    version: VERSION,
  });
  const console_ = `${server.url}/#token=${server.token}`;
  if (out.json)
    process.stdout.write(`${JSON.stringify({ ready: true, url: server.url, token: server.token })}\n`);
  out.line(out.say({ en: `Komainu is up: ${console_}`, ja: `Komainu が起動しました: ${console_}` }));
  out.line(out.say({ en: 'Ctrl-C stops it.', ja: 'Ctrl-C で停止します。' }));
  if (!signal.aborted) await once(signal, 'abort');
  await server.stop();
  return EXIT.ok;
};

/** The public keys whose seals count, as the configuration names them. */
function sealKeysOf({ config, dir }: LoadedConfig): readonly string[] {
  return config.shops.flatMap(({ id, sealKey }) => {
    if (sealKey === undefined) return [];
    const file = resolve(dir, sealKey);
    const pem = readNamed(file, 'sealing key');
    try {
      createPublicKey(pem);
    } catch (cause) {
      throw new KomainuError(
        'config',
        {
          en: `${file}: shop ${id}: this is not a public key in PEM; "komainu seal --key-out ${sealKey}" writes it`,
          ja: `${file}: ${id} の封印の公開鍵（PEM）ではありません。komainu seal --key-out ${sealKey} で書き出せます。`,
        },
        { cause },
      );
    }
    return [pem];
  });
}
