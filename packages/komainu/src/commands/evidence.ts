import { createWriteStream, existsSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parsePublicKey, parseVkey, verifyBundle } from '@komainu/evidence';
import { z } from 'zod';
import { call, serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { readNamed, writeNamed } from '../cli/files.ts';
import { untrusted } from '../cli/output.ts';

interface VerifyOptions {
  readonly key: string;
}

/** Needs neither a server nor a configuration: the bundle and the key. */
export const verify: Run<VerifyOptions> = async (options, { out }, [path]) => {
  if (path === undefined || !existsSync(path))
    throw new KomainuError('usage', {
      en: `${path ?? 'bundle'}: there is no such file or directory`,
      ja: `${path ?? ''}: ファイルがありません`,
    });
  const key = (existsSync(options.key) ? readNamed(options.key, 'key') : options.key).trim();
  // A key that is none must not read as evidence that was altered.
  if (parsePublicKey(key, 'key') === undefined && parseVkey(key) === undefined)
    throw new KomainuError('usage', {
      en: `--key ${untrusted(options.key)}: no such file, and neither a vkey line nor an Ed25519 key in PEM`,
      ja: `--key ${untrusted(options.key)}：そのようなファイルはなく、vkey でも Ed25519 公開鍵（PEM）でもありません`,
    });
  const verdict = await verifyBundle(path, key);
  out.result(verdict);
  if (verdict.ok) {
    out.line(
      out.say({
        en: `verified: ${verdict.entries} entries (${verdict.from} to ${verdict.to - 1} of ${verdict.size}) and ${verdict.blobs} bodies of ${verdict.origin}`,
        ja: `検証できました: ${verdict.origin} の記録 ${verdict.entries} 件（全 ${verdict.size} 件中 ${verdict.from}〜${verdict.to - 1}）と本体 ${verdict.blobs} 件`,
      }),
    );
    if (verdict.absent.length > 0)
      out.line(
        out.say({
          en: `  ${verdict.absent.length} bodies were not in the store when the bundle was made`,
          ja: `  作成時に保管庫になかった本体: ${verdict.absent.length} 件`,
        }),
      );
    return EXIT.ok;
  }
  out.line(out.say({ en: 'NOT verified:', ja: '検証できません:' }));
  for (const problem of verdict.problems)
    out.line(`  ${untrusted(problem.file)}: ${problem.what}: ${untrusted(problem.detail, 400)}`);
  return EXIT.tampered;
};

interface BundleOptions {
  readonly config: string;
  readonly server?: string;
  readonly from: string;
  readonly to?: string;
  readonly keyOut?: string;
}

/** What this command reads of GET /api/state. */
const Ledger = z.object({ ledger: z.object({ vkey: z.string() }) });

/** Asks the server, which holds the ledger open, for the bundle; streamed to the file. */
export const bundle: Run<BundleOptions> = async (options, { out, env, signal }, [file]) => {
  const server = serverOf(loadConfig(options.config), env, options.server);
  const url = new URL('/api/evidence/bundle', server.url);
  url.searchParams.set('from', options.from);
  if (options.to !== undefined) url.searchParams.set('to', options.to);
  const unavailable = (why: string, cause?: unknown) =>
    new KomainuError(
      'unavailable',
      { en: `${server.url}: no bundle: ${why}`, ja: `${server.url}: 証拠一式を取得できません: ${why}` },
      { cause },
    );
  const response = await fetch(url, { headers: { authorization: `Bearer ${server.token}` }, signal }).catch(
    (cause: unknown) => {
      throw unavailable('it does not answer', cause);
    },
  );
  if (!response.ok || !response.body)
    throw unavailable(`${response.status} ${untrusted(await response.text())}`);
  await pipeline(response.body, createWriteStream(file ?? 'bundle.tar'));
  const { ledger } = Ledger.parse((await call(server, 'GET', '/api/state', undefined, signal)).body);
  if (options.keyOut !== undefined) writeNamed(options.keyOut, 'key', `${ledger.vkey}\n`);
  out.result({ file, key: ledger.vkey });
  out.line(`${file}`);
  out.line(
    out.say({ en: `  verify with --key '${ledger.vkey}'`, ja: `  検証用の鍵：--key '${ledger.vkey}'` }),
  );
  return EXIT.ok;
};
