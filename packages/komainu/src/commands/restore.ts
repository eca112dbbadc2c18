import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenSeal, quarantineFile, restoreFile } from '@komainu/guard';
import type { Blobs } from '@komainu/model';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, type ExitCode, KomainuError } from '../cli/errors.ts';
import { type Output, untrusted } from '../cli/output.ts';
import { openSeals } from '../cli/seals.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
}

/** A sealed file is put back as it was sealed; one that the seal does not know is taken away. Its bytes are kept first. */
export const restore: Run<Options> = async (options, { out }, [path]) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const { roots, databases, blobs } = await openSeals(loaded, shop, options.root);
  const [database] = databases;
  if (database && roots.length === 0 && databases.length === 1 && path !== undefined)
    return showSealed(database.seal, path, blobs, out);
  const [first, ...more] = roots;
  if (!first || more.length > 0 || path === undefined)
    throw new KomainuError('usage', {
      en: 'name the file and its --root',
      ja: 'ファイルと --root を指定してください',
    });
  const { dir, seal } = first;
  if (!seal.entries.has(path) && !existsSync(join(dir, path)))
    throw new KomainuError('usage', {
      en: `${path}: neither in the seal of ${seal.seal.root} nor on disk; name it as the report does`,
      ja: `${path}：${seal.seal.root} の封印にもディスク上にもありません。報告書のとおりに指定してください`,
    });
  const result = seal.entries.has(path)
    ? await restoreFile({ seal, dir, path, blobs })
    : await quarantineFile({ dir, path, blobs });
  out.result(result);
  switch (result.kind) {
    case 'refused':
      throw new KomainuError('refused', result.message);
    case 'gone':
      out.line(out.say({ en: `${path}: gone already`, ja: `${path}: すでにありません` }));
      return EXIT.ok;
    case 'as-sealed':
      out.line(out.say({ en: `${path}: as sealed already`, ja: `${path}: すでに封印時のままです` }));
      return EXIT.ok;
    case 'restored':
      out.line(
        out.say({
          en: `${path}: as sealed again; replaced bytes: ${result.replaced ?? 'none'}`,
          ja: `${path}: 封印時の状態に戻しました（置き換えた内容: ${result.replaced ?? 'なし'}）`,
        }),
      );
      return EXIT.ok;
    case 'quarantined':
      out.line(
        out.say({
          en: `${path}: not in the seal, taken away; its bytes: ${result.body ?? 'none'}`,
          ja: `${path}: 封印にないため隔離しました（内容: ${result.body ?? 'なし'}）`,
        }),
      );
      return EXIT.ok;
  }
};

/**
 * A database is not written to: Komainu's account cannot. The sealed value is shown, byte for byte as it is in the
 * evidence, for whoever puts it back.
 */
async function showSealed(seal: OpenSeal, path: string, blobs: Blobs, out: Output): Promise<ExitCode> {
  const state = seal.entries.get(path);
  if (!state)
    throw new KomainuError('usage', {
      en: `${path}: not in the seal of ${seal.seal.root}: there was no such value. Take it out of the database, after its bytes are kept.`,
      ja: `${path}：${seal.seal.root} の封印にありません。封印時には存在しなかった値です。内容を保全したうえで、データベースから取り除いてください。`,
    });
  const bytes = state.hash === null ? null : Buffer.from(await blobs.get(state.hash));
  const value = bytes && (state.type === 'binary' ? bytes.toString('base64') : bytes.toString('utf8'));
  out.result({ kind: 'sealed-value', path, type: state.type, hash: state.hash, value });
  out.line(
    out.say({
      en: `${path}: Komainu does not write to databases. The sealed value (${state.type}, ${state.size} bytes, ${state.hash} in the evidence) is:`,
      ja: `${path}: データベースへの書き込みは行いません。封印時の値（${state.type}、${state.size} バイト、証拠 ${state.hash}）は次のとおりです:`,
    }),
  );
  for (const line of (value ?? '').split('\n')) out.line(untrusted(line, Infinity));
  return EXIT.ok;
}
