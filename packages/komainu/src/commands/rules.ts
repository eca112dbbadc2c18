import { readFileSync } from 'node:fs';
import { judgeFiles, bodiesOfReport, worse } from '@komainu/detect';
import { type BlobRef, GuardReport, Judgement, LedgerEntry } from '@komainu/model';
import { openRules, storeRules, verifyRules } from '@komainu/server';
import { z } from 'zod';
import { call, fetchBytes, type ServerAddress, serverOf } from '../cli/client.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig } from '../cli/config.ts';
import { EXIT, KomainuError } from '../cli/errors.ts';
import { rulesDir, rulesKey } from '../cli/rules.ts';
import { untrusted } from '../cli/output.ts';

interface Options {
  readonly config: string;
  readonly server?: string;
  readonly signature?: string;
}

export const show: Run<Options> = async (options, { out }) => {
  const loaded = loadConfig(options.config);
  const { rules, from, notInForce } = await openRules(rulesDir(loaded), rulesKey(loaded));
  out.result({ version: rules.version, from, notInForce });
  out.line(
    out.say({
      en: `rules version ${rules.version} are in force (${from === 'built-in' ? 'as delivered' : 'an update'})`,
      ja: `規則バージョン ${rules.version} を適用しています（${from === 'built-in' ? '製品付属' : '更新版'}）`,
    }),
  );
  if (notInForce === null) return EXIT.ok;
  out.line(untrusted(out.say(notInForce.message), 2_000));
  return EXIT.failed;
};

/** Takes rules that are signed, newer and right in every row; refuses all others and leaves what is in force. */
export const update: Run<Options> = async (options, { out }, [file = '']) => {
  const loaded = loadConfig(options.config);
  const key = rulesKey(loaded);
  const bytes = readBytes(file);
  const signature = signatureOf(readBytes(options.signature ?? `${file}.sig`));
  const verdict = verifyRules(bytes, signature, key);
  if (verdict.kind === 'refused') throw new KomainuError('refused', verdict.message);
  const { version } = verdict.rules;
  const inForce = (await openRules(rulesDir(loaded), key)).rules.version;
  if (version <= inForce)
    throw new KomainuError('refused', {
      en: `${file}: version ${version} is not newer than version ${inForce}, which is in force`,
      ja: `${file}：バージョン ${version} は、適用中のバージョン ${inForce} より新しくありません`,
    });
  await storeRules(rulesDir(loaded), bytes, signature);
  out.result({ version, before: inForce });
  out.line(
    out.say({
      en: `rules version ${version} are in force; "komainu rules judge" judges earlier reports by them`,
      ja: `規則バージョン ${version} を適用しました。これまでの報告は komainu rules judge で判定し直せます`,
    }),
  );
  return EXIT.ok;
};

const Entries = z.object({
  size: z.int(),
  entries: z.array(z.object({ index: z.int(), entry: z.unknown() }).loose()),
});

/** Old evidence, new rules: what the judgements in the ledger do not say and would say today. */
export const judge: Run<Options> = async (options, { out, env, signal }) => {
  const loaded = loadConfig(options.config);
  const server = serverOf(loaded, env, options.server);
  const { rules } = await openRules(rulesDir(loaded), rulesKey(loaded));
  const news = [];
  let reports = 0;
  for await (const { report, ref, known } of reportsOf(server, signal)) {
    reports++;
    const bodies = new Map<BlobRef, Uint8Array>();
    for (const one of bodiesOfReport(report)) {
      const bytes = await fetchBytes(server, `/api/blobs/${one}`, signal);
      if (bytes !== null) bodies.set(one, bytes);
    }
    const judgement = judgeFiles({ ref, report, bodies: (one) => bodies.get(one), rules });
    const fresh = judgement.findings.filter(({ key, grade }) => grade !== 'unobserved' && !known.has(key));
    for (const finding of fresh.toSorted(worse)) {
      news.push({ report: ref, at: report.at, finding });
      out.line(`${report.at} ${finding.grade} ${untrusted(out.say(finding.title), 400)}`);
    }
  }
  out.result({ rules: rules.version, reports, news });
  out.line(
    out.say({
      en: `${reports} reports judged by rules version ${rules.version}: ${news.length} new findings`,
      ja: `${reports}件の報告を規則バージョン ${rules.version} で判定しました。新たな検出は${news.length}件です`,
    }),
  );
  return news.length === 0 ? EXIT.ok : EXIT.changed;
};

async function* reportsOf(server: ServerAddress, signal: AbortSignal) {
  const judged = new Map<string, Set<string>>();
  const reports: { readonly ref: BlobRef; readonly report: string }[] = [];
  for (let from = 0, size = 1; from < size; from += 1_000) {
    const page = Entries.parse(
      (await call(server, 'GET', `/api/entries?from=${from}&limit=1000`, undefined, signal)).body,
    );
    size = page.size;
    for (const { entry } of page.entries) {
      const parsed = LedgerEntry.safeParse(entry);
      if (!parsed.success) continue;
      const { kind, data } = parsed.data;
      if (kind === 'files.reported') reports.push({ ref: data.body, report: data.report });
      if (kind === 'judged' && data.source.kind === 'files') {
        const judgement = Judgement.parse(
          (await call(server, 'GET', `/api/judgements/${data.judgement}`, undefined, signal)).body,
        );
        judged.set(data.source.report, new Set(judgement.findings.map(({ key }) => key)));
      }
    }
  }
  for (const { ref, report } of reports) {
    const { body } = await call(server, 'GET', `/api/reports/${ref}`, undefined, signal);
    yield { ref, report: GuardReport.parse(body), known: judged.get(report) ?? new Set<string>() };
  }
}

/** Raw, or written in base64. */
function signatureOf(bytes: Buffer): Buffer {
  return bytes.length === 64 ? bytes : Buffer.from(bytes.toString('latin1').trim(), 'base64');
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new KomainuError(
      'io',
      { en: `${file}: cannot be read (${code})`, ja: `${file}：読めません（${code}）` },
      { cause },
    );
  }
}
