import { once } from 'node:events';
import { join } from 'node:path';
import { executableByContent, executableByName, isFalseImage } from '@komainu/detect';
import { databaseOf, type GuardEvent, openServiceManager, runGuard, tokenFrom } from '@komainu/guard';
import { serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
import { guardianId } from '../cli/guardian.ts';
import { untrusted } from '../cli/output.ts';
import { openSeals } from '../cli/seals.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly server?: string;
  readonly id: string;
}

/** Watches until it is stopped. With --json one line says that everything is armed; the log goes to stderr. */
export const guard: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const id = guardianId(options.id);
  const { roots, databases, publicKey, blobs } = await openSeals(loaded, shop);
  const paths = guardPaths(loaded);
  // Read anew for every call: the server may be set up, or its token changed, after the guard.
  const server = () => serverOf(loaded, withTokenFile(env), options.server);
  const result = await runGuard({
    server: server().url,
    token: () => server().token,
    guard: id,
    shop: shop.id,
    roots: [
      ...roots.map(({ root, dir }) => ({ root: root.id, dir, seal: paths.seal(shop.id, root.id) })),
      ...databases.map(({ database }) => ({
        root: database.id,
        database: { open: databaseOf(database, env), everyMs: database.everySeconds * 1_000 },
        seal: paths.seal(shop.id, database.id),
      })),
    ],
    publicKey,
    blobs,
    data: join(paths.base, id),
    ...(shop.localHalt ? { localHalt: shop.localHalt } : {}),
    isMisplaced,
    onEvent: (event) => process.stderr.write(`${line(event, out.json)}\n`),
  });
  if (result.kind === 'refused') throw new KomainuError('refused', result.message);
  const { guard: running } = result;
  await running.ready;
  const manager = openServiceManager(env, (detail) => process.stderr.write(`${detail}\n`));
  await manager.ready();
  const isAlive = () => running.watching().length === roots.length + databases.length;
  const alive = manager.keepAlive(isAlive, signal);
  if (out.json)
    process.stdout.write(`${JSON.stringify({ ready: true, guard: id, watching: running.watching() })}\n`);
  out.line(
    out.say({
      en: `guard ${id} watches ${running.watching().join(', ')}; Ctrl-C stops it`,
      ja: `番人 ${id} が ${running.watching().join('、')} を見張っています。Ctrl-C で停止します`,
    }),
  );
  if (!signal.aborted) await once(signal, 'abort');
  await alive;
  await running.close();
  return EXIT.ok;
};

/** A unit is given the token as a file. */
function withTokenFile(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!env['KOMAINU_TOKEN_FILE']) return env;
  const given = tokenFrom(env);
  if (given.token !== null) return { ...env, KOMAINU_TOKEN: given.token };
  throw new KomainuError('io', {
    en: `the server's token cannot be read: ${given.why}`,
    ja: `サーバーのトークンを読めません: ${given.why}`,
  });
}

/** By its name, else by its bytes: only what `executable-upload` or `not-an-image` would alarm at anyway. */
const isMisplaced = (path: string, bytes: Uint8Array | null): boolean =>
  executableByName(path) !== null ||
  (bytes !== null && (executableByContent(path, bytes) !== null || isFalseImage(path, bytes)));

const line = (event: GuardEvent, json: boolean): string =>
  json
    ? JSON.stringify(event)
    : `${event.at} ${event.level.padEnd(5)} ${event.event}${event.root ? ` ${event.root}` : ''}: ${untrusted(event.message, 400)}`;
