import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  bodiesOfBaseline,
  bodiesOfRecording,
  type Flow,
  flowsOf,
  inDoubt,
  judgeCheck,
  suspectsOfCheck,
} from '@komainu/detect';
import { type Baseline, type BlobRef, type Blobs, newId, type Persona } from '@komainu/model';
import { check as visitAll, openProbe, personaOf, PERSONAS } from '@komainu/probe';
import { type Approved, approve, readBaseline } from '../check/approval.ts';
import { type Bodies, load, understand } from '../check/bodies.ts';
import { EXIT_OF_VERDICT } from '../check/exit.ts';
import { blobsIn, keep, readKept, type Seen } from '../check/kept.ts';
import { type Target, type TargetOptions, targetOf } from '../check/target.ts';
import type { Context, Run } from '../cli/command.ts';
import { type ExitCode, KomainuError } from '../cli/errors.ts';
import { untrusted } from '../cli/output.ts';
import { VERDICTS } from '../report/words.ts';
import { formatOf, writeReports } from '../report/write.ts';
import { VERSION } from '../version.ts';

interface Options extends TargetOptions {
  readonly baseline?: string;
  readonly approve?: string;
  readonly by?: string;
  readonly extend?: boolean;
  readonly report: readonly string[];
  readonly keep?: string;
  readonly from?: string;
  readonly depth?: 'one' | 'full';
  readonly persona?: string;
  readonly timeout: string;
}

/** The visits of one check, judged, told, and written down; needs no server, and with `--from` no browser. */
export const check: Run<Options> = async (options, context, [address]) => {
  const seconds = Number(options.timeout);
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw usage(
      `--timeout ${options.timeout}: a number of seconds`,
      `--timeout ${options.timeout}: 秒数を指定してください`,
    );
  if (options.approve !== undefined && options.by === undefined)
    throw usage('--approve needs --by: who approves', '--approve には --by（承認者）が必要です');
  if (options.extend === true && (options.approve === undefined || options.baseline === undefined))
    throw usage(
      '--extend adds what is approved now (--approve) to what was approved before: name that with --baseline',
      '--extend は、以前の承認内容（--baseline）に今回の承認（--approve）を加えます。両方を指定してください',
    );
  for (const file of options.report) formatOf(file);
  const given = options.baseline === undefined ? null : readBaseline(options.baseline);
  if (options.from !== undefined)
    return conclude({ options, context, given, ...(await readKept(options.from)) });

  const target = targetOf(options, address);
  const dir =
    options.keep === undefined ? await mkdtemp(join(tmpdir(), 'komainu-check-')) : resolve(options.keep);
  try {
    const blobs = await blobsIn(dir);
    const seen = await visits(options, target, blobs, given, context, seconds * 1000);
    const made = { page: target.page.url, timeZone: target.timeZone, seen };
    if (options.keep !== undefined) keep(dir, made);
    return await conclude({ options, context, given, blobs, ...made });
  } finally {
    if (options.keep === undefined) await rm(dir, { recursive: true, force: true });
  }
};

async function visits(
  { depth, persona: id }: Options,
  { shop, page, journey, privateNetwork, identify }: Target,
  blobs: Blobs,
  given: Approved | null,
  { out, env, signal }: Context,
  deadline: number,
): Promise<readonly Seen[]> {
  out.note(out.say({ en: `visiting ${page.url}`, ja: `${page.url} を訪問しています` }));
  const persona = personaNamed(id);
  const executable = env['KOMAINU_CHROMIUM'];
  const probe = await openProbe({ ...(executable ? { executable } : {}), signal });
  try {
    const baseline = given?.baseline ?? null;
    return await visitAll({
      probe,
      shop,
      page,
      journey,
      persona,
      check: newId('check'),
      blobs,
      signal,
      depth: depth ?? page.depth ?? 'full',
      deadline,
      privateNetwork,
      identify,
      inDoubt: async (recordings) =>
        inDoubt({ recordings, baseline, bodies: await bodiesFor(blobs, recordings, baseline) }),
    });
  } finally {
    await probe.close();
  }
}

function personaNamed(id: string | undefined): Persona {
  const persona = personaOf(id ?? PERSONAS[0]?.id ?? '', Date.now());
  if (persona !== undefined) return persona;
  const known = PERSONAS.map((one) => one.id).join(', ');
  throw usage(
    `--persona ${id}: there is no such visitor; there are ${known}`,
    `--persona ${id}: この利用者像はありません。使えるのは ${known} です。`,
  );
}

function bodiesFor(blobs: Blobs, seen: readonly Seen[], baseline: Baseline | null): Promise<Bodies> {
  return load(blobs, [
    ...seen.flatMap(({ recording }) => bodiesOfRecording(recording)),
    ...(baseline ? bodiesOfBaseline(baseline) : []),
    ...seen.flatMap(({ recording: { artifacts } }): readonly BlobRef[] =>
      artifacts.screenshots.kind === 'observed' ? artifacts.screenshots.value.map((shot) => shot.blob) : [],
    ),
  ]);
}

async function conclude(work: {
  readonly options: Options;
  readonly context: Context;
  readonly given: Approved | null;
  readonly page: string;
  readonly timeZone: string;
  readonly blobs: Blobs;
  readonly seen: readonly Seen[];
}): Promise<ExitCode> {
  const { options, page, timeZone, given, blobs, seen } = work;
  const { out } = work.context;
  const bodies = await bodiesFor(blobs, seen, given?.baseline ?? null);
  const baseline =
    options.approve === undefined
      ? given
      : await approve({
          file: options.approve,
          extending: options.extend === true ? (given?.baseline ?? null) : null,
          by: options.by ?? '',
          out,
          blobs,
          seen,
          bodies,
        });
  const visits = seen.map(({ recording }) => recording);
  const code = await understand(suspectsOfCheck(visits, baseline?.baseline ?? null, bodies), bodies);
  const judgement = judgeCheck({ recordings: seen, baseline, bodies, code });
  const flows = allFlows(seen, baseline?.baseline ?? null, bodies);
  writeReports(options.report, {
    language: out.language,
    page,
    judgement,
    recordings: seen,
    baseline,
    flows,
    timeZone,
    version: VERSION,
    body: bodies,
  });
  const reports = options.report.map((file) => resolve(file));
  out.result({
    verdict: judgement.verdict.kind,
    page,
    judgement,
    flows,
    recordings: seen.map(({ ref }) => ref),
    reports,
  });
  out.line(
    `${out.say(VERDICTS[judgement.verdict.kind])}: ${untrusted(out.say(judgement.verdict.reason), 400)}`,
  );
  for (const finding of judgement.findings) out.line(`  · ${untrusted(out.say(finding.title))}`);
  for (const file of reports) out.line(`  ${out.say({ en: 'report', ja: '報告書' })}: ${file}`);
  return EXIT_OF_VERDICT[judgement.verdict.kind];
}

/** The ways of every visit, each once. */
function allFlows(seen: readonly Seen[], baseline: Baseline | null, bodies: Bodies): readonly Flow[] {
  const flows = seen.flatMap(({ recording }) => flowsOf({ recording, baseline, bodies }));
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}

const usage = (en: string, ja: string) => new KomainuError('usage', { en, ja });
