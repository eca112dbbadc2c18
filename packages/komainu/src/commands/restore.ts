import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type OpenSeal,
  type QuarantineResult,
  quarantineFile,
  type RestoreResult,
  restoreFile,
  restoreRoot,
} from '@komainu/guard';
import type { Blobs, GuardianId, Text } from '@komainu/model';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { EXIT, type ExitCode, KomainuError } from '../cli/errors.ts';
import { type Output, untrusted } from '../cli/output.ts';
import { openSeals } from '../cli/seals.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
  readonly all?: boolean;
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
  const isOne = path !== undefined && options.all !== true;
  if (!first || more.length > 0 || (!isOne && (path !== undefined || options.all !== true)))
    throw new KomainuError('usage', {
      en: 'name the file, or say --all, and its --root',
      ja: 'ファイル（または --all）と --root を指定してください',
    });
  const { dir, seal } = first;
  if (!isOne) return restoreAll(restoreRoot({ seal, dir, guard: 'restore' as GuardianId, blobs }), out);
  if (!seal.entries.has(path) && !existsSync(join(dir, path)))
    throw new KomainuError('usage', {
      en: `${path}: neither in the seal of ${seal.seal.root} nor on disk; name it as the report does`,
      ja: `${path}：${seal.seal.root} の封印にもディスク上にもありません。報告書のとおりに指定してください`,
    });
  const result = seal.entries.has(path)
    ? await restoreFile({ seal, dir, path, blobs })
    : await quarantineFile({ dir, path, blobs });
  out.result(result);
  if (result.kind === 'refused') throw new KomainuError('refused', result.message);
  out.line(out.say(said(result)));
  return EXIT.ok;
};

type Result = RestoreResult | QuarantineResult;
type Done = Exclude<Result, { kind: 'refused' }>;

/** Every path is tried, whatever became of the ones before. */
async function restoreAll(results: AsyncIterable<Result>, out: Output): Promise<ExitCode> {
  const all: Result[] = [];
  for await (const result of results) {
    all.push(result);
    out.line(untrusted(out.say(result.kind === 'refused' ? result.message : said(result)), 400));
  }
  const refused = all.filter(({ kind }) => kind === 'refused').length;
  out.result({ results: all });
  if (refused > 0)
    throw new KomainuError('refused', {
      en: `${refused} of ${all.length} paths could not be put back; the lines above say why`,
      ja: `${all.length}件のうち${refused}件を元に戻せませんでした。理由は上の行のとおりです`,
    });
  out.line(
    out.say({
      en: `${all.length} paths put back. Scan once more: what was altered meanwhile shows there.`,
      ja: `${all.length}件を元に戻しました。その間の変更がないか、もう一度 scan で確かめてください。`,
    }),
  );
  return EXIT.ok;
}

function said(result: Done): Text {
  const { path } = result;
  switch (result.kind) {
    case 'gone':
      return { en: `${path}: gone already`, ja: `${path}: すでにありません` };
    case 'as-sealed':
      return { en: `${path}: as sealed already`, ja: `${path}: すでに封印時のままです` };
    case 'restored':
      return {
        en: `${path}: as sealed again; replaced bytes: ${result.replaced ?? 'none'}`,
        ja: `${path}: 封印時の状態に戻しました（置き換えた内容: ${result.replaced ?? 'なし'}）`,
      };
    case 'quarantined':
      return {
        en: `${path}: not in the seal, taken away; its bytes: ${result.body ?? 'none'}`,
        ja: `${path}: 封印にないため隔離しました（内容: ${result.body ?? 'なし'}）`,
      };
  }
}

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
