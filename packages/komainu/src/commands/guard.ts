import { once } from 'node:events';
import { join } from 'node:path';
import { databaseOf, type GuardEvent, runGuard } from '@komainu/guard';
import { GuardianId } from '@komainu/model';
import { serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { guardPaths } from '../cli/files.ts';
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
  const id = GuardianId.safeParse(options.id);
  if (!id.success)
    throw new KomainuError('usage', {
      en: `--id ${options.id}: lower-case letters, digits and "-"`,
      ja: `--id ${options.id}: 半角の英小文字、数字、「-」で指定してください`,
    });
  const { roots, databases, publicKey, blobs } = await openSeals(loaded, shop);
  const paths = guardPaths(loaded);
  // Read anew for every call: the server may be set up, or its token changed, after the guard.
  const token = () => serverOf(loaded, env, options.server).token;
  const result = await runGuard({
    server: serverOf(loaded, env, options.server).url,
    token,
    guard: id.data,
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
    data: join(paths.base, id.data),
    onEvent: (event) => process.stderr.write(`${line(event, out.json)}\n`),
  });
  if (result.kind === 'refused') throw new KomainuError('refused', result.message);
  const { guard: running } = result;
  await running.ready;
  if (out.json)
    process.stdout.write(
      `${JSON.stringify({ ready: true, guard: id.data, watching: running.watching() })}\n`,
    );
  out.line(
    out.say({
      en: `guard ${id.data} watches ${running.watching().join(', ')}; Ctrl-C stops it`,
      ja: `番人 ${id.data} が ${running.watching().join('、')} を見張っています。Ctrl-C で停止します`,
    }),
  );
  if (!signal.aborted) await once(signal, 'abort');
  await running.close();
  return EXIT.ok;
};

const line = (event: GuardEvent, json: boolean): string =>
  json
    ? JSON.stringify(event)
    : `${event.at} ${event.level.padEnd(5)} ${event.event}${event.root ? ` ${event.root}` : ''}: ${untrusted(event.message, 400)}`;
