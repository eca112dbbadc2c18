import { once } from 'node:events';
import { consoleDirectory } from '@komainu/console';
import { startServer } from '@komainu/server';
import type { Run } from '../cli/command.ts';
import { loadConfig } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { rulesKey } from '../cli/rules.ts';
import { sealKeyOf } from '../cli/seal-keys.ts';
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
    sealKeys: loaded.config.shops.flatMap((shop) => sealKeyOf(loaded, shop) ?? []),
    rulesKey: rulesKey(loaded),
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
