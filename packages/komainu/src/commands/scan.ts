import { hash } from 'node:crypto';
import { bodiesOfReport, judgeFiles, suspectsOfReport, verdictOf } from '@komainu/detect';
import { databaseOf, scanDatabase, scanRoot } from '@komainu/guard';
import { type BlobRef, canonicalBytes, type GuardianId } from '@komainu/model';
import { openRules, ownRulesOf } from '@komainu/server';
import { load, understand } from '../check/bodies.ts';
import type { Run } from '../cli/command.ts';
import { loadConfig, shopOf } from '../cli/config.ts';
import { untrusted } from '../cli/output.ts';
import { rulesDir, rulesKey } from '../cli/rules.ts';
import { openSeals } from '../cli/seals.ts';
import { diffLines } from '../report/diff.ts';
import { VERDICTS } from '../report/words.ts';
import { EXIT_OF_VERDICT } from '../check/exit.ts';

interface Options {
  readonly config: string;
  readonly shop?: string;
  readonly root?: string;
}

/** Every byte under every root, and every sealed value of every database, against its seal, judged as the server would judge it. */
export const scan: Run<Options> = async (options, { out, env }) => {
  const loaded = loadConfig(options.config);
  const shop = shopOf(loaded, options.shop);
  const { roots, databases, blobs } = await openSeals(loaded, shop, options.root);
  const { rules, notInForce } = await openRules(rulesDir(loaded), rulesKey(loaded));
  const ownRules = ownRulesOf(loaded.config, loaded.dir, env['PATH'] ?? '');
  const judgements = [];
  const results = [];
  const guard = 'scan' as GuardianId;
  const scans = [
    ...roots.map(({ root, dir, seal }) => ({
      root: root.id,
      run: async () => scanRoot({ seal, dir, guard, blobs }),
    })),
    ...databases.map(({ database, seal }) => ({
      root: database.id,
      run: async () => scanDatabase({ seal, open: databaseOf(database, env), guard, blobs }),
    })),
  ];
  for (const { root, run } of scans) {
    const { reports, paths } = await run();
    for (const report of reports) {
      const ref = `sha256:${hash('sha256', canonicalBytes(report))}` as BlobRef;
      const bodies = await load(blobs, bodiesOfReport(report));
      const code = await understand(suspectsOfReport(report), bodies);
      const ownHits = ownRules === null ? null : await ownRules.scan(report, bodies);
      const judgement = judgeFiles({
        ref,
        report,
        bodies,
        code,
        rules,
        ...(notInForce === null ? {} : { notInForce }),
        ...(ownHits === null ? {} : { ownHits }),
      });
      judgements.push(judgement);
      results.push({ root, paths, report, judgement });
      for (const change of report.changes) out.line(`${change.kind}\t${untrusted(change.path, 400)}`);
      for (const { title, diff } of judgement.findings) {
        out.line(`  · ${untrusted(out.say(title), 400)}`);
        for (const line of diff === undefined ? [] : diffLines(diff)) out.line(`      ${out.say(line)}`);
      }
    }
    out.note(`${root}: ${paths} paths`);
  }
  const verdict = verdictOf(judgements.flatMap((judgement) => judgement.findings));
  out.result({ shop: shop.id, verdict: verdict.kind, results });
  out.line(`${out.say(VERDICTS[verdict.kind])}: ${untrusted(out.say(verdict.reason), 400)}`);
  return EXIT_OF_VERDICT[verdict.kind];
};
