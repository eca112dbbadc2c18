import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bodiesOfBaseline, bodiesOfRecording, draftBaseline, flowsOf, judgeCheck } from '@komainu/detect';
import { openFileBlobs } from '@komainu/evidence';
import {
  Baseline,
  type BlobRef,
  type Blobs,
  canonicalBytes,
  instant,
  newId,
  type Recording,
} from '@komainu/model';
import { newCanary, openBrowser, PERSONAS, visit } from '@komainu/probe';
import { EXIT_OF_VERDICT } from '../check/exit.ts';
import { load, type Bodies } from '../check/bodies.ts';
import { type Target, type TargetOptions, targetOf } from '../check/target.ts';
import type { Context, Run } from '../cli/command.ts';
import { type ExitCode, KomainuError } from '../cli/errors.ts';
import { readJsonNamed, writeNamed } from '../cli/files.ts';
import { untrusted } from '../cli/output.ts';
import { reportHtml } from '../report/report.ts';
import { VERDICTS } from '../report/words.ts';
import { VERSION } from '../version.ts';

interface Options extends TargetOptions {
  readonly baseline?: string;
  readonly approve?: string;
  readonly by?: string;
  readonly report: string;
  readonly keep?: string;
  readonly timeout: string;
}

interface Approved {
  readonly ref: BlobRef;
  readonly baseline: Baseline;
}

/** One visit, judged, told, and written down; needs no server. */
export const check: Run<Options> = async (options, context, [address]) => {
  const seconds = Number(options.timeout);
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw usage(
      `--timeout ${options.timeout}: a number of seconds`,
      `--timeout ${options.timeout}: 秒数を指定してください`,
    );
  if (options.approve !== undefined && options.by === undefined)
    throw usage('--approve needs --by: who approves', '--approve には --by（承認者）が必要です');
  const target = targetOf(options, address);
  const given = options.baseline === undefined ? null : readBaseline(options.baseline);

  const kept =
    options.keep === undefined ? await mkdtemp(join(tmpdir(), 'komainu-check-')) : resolve(options.keep);
  try {
    const blobs = await openFileBlobs({ dir: join(kept, 'blobs') });
    const seen = await visitOnce(target, blobs, context, seconds * 1000);
    if (options.keep !== undefined)
      writeNamed(join(kept, 'recording.json'), 'recording', canonicalBytes(seen.recording));
    return await conclude({ options, context, target, given, blobs, seen });
  } finally {
    if (options.keep === undefined) await rm(kept, { recursive: true, force: true });
  }
};

interface Seen {
  readonly ref: BlobRef;
  readonly recording: Recording;
}

async function visitOnce(
  target: Target,
  blobs: Blobs,
  { out, env, signal }: Context,
  deadline: number,
): Promise<Seen> {
  out.note(out.say({ en: `visiting ${target.page.url}`, ja: `${target.page.url} を訪問しています` }));
  const executable = env['KOMAINU_CHROMIUM'];
  const browser = await openBrowser({ ...(executable ? { executable } : {}), signal });
  try {
    const [persona] = PERSONAS;
    if (!persona) throw new Error('no persona');
    const { shop, page, journey } = target;
    const order = {
      browser,
      shop,
      page,
      journey,
      persona,
      canary: newCanary(),
      check: newId('check'),
      purpose: 'check',
    } as const;
    return await visit({ ...order, blobs, signal, deadline });
  } finally {
    await browser.close();
  }
}

async function conclude(work: {
  readonly options: Options;
  readonly context: Context;
  readonly target: Target;
  readonly given: Approved | null;
  readonly blobs: Blobs;
  readonly seen: Seen;
}): Promise<ExitCode> {
  const { options, context, target, given, blobs, seen } = work;
  const { out } = context;
  const shots = seen.recording.artifacts.screenshots;
  const refs = [
    ...bodiesOfRecording(seen.recording),
    ...(given ? bodiesOfBaseline(given.baseline) : []),
    ...(shots.kind === 'observed' ? shots.value.map((shot) => shot.blob) : []),
  ];
  const bodies = await load(blobs, refs);
  const baseline =
    options.approve === undefined ? given : await approve(options, context, blobs, seen, bodies);
  const judgement = judgeCheck({ recordings: [seen], baseline, bodies });
  const flows = flowsOf({ recording: seen.recording, baseline: baseline?.baseline ?? null, bodies });
  const html = reportHtml({
    language: out.language,
    page: target.page.url,
    judgement,
    recordings: [seen],
    baseline,
    flows,
    timeZone: target.timeZone,
    version: VERSION,
    body: bodies,
  });
  writeNamed(options.report, 'report', html);
  out.result({
    verdict: judgement.verdict.kind,
    page: target.page.url,
    judgement,
    flows,
    recording: seen.ref,
    report: resolve(options.report),
  });
  out.line(
    `${out.say(VERDICTS[judgement.verdict.kind])}: ${untrusted(out.say(judgement.verdict.reason), 400)}`,
  );
  for (const finding of judgement.findings) out.line(`  · ${untrusted(out.say(finding.title))}`);
  out.line(`  ${out.say({ en: 'report', ja: '報告書' })}: ${resolve(options.report)}`);
  return EXIT_OF_VERDICT[judgement.verdict.kind];
}

async function approve(
  options: Options,
  { out }: Context,
  blobs: Blobs,
  seen: Seen,
  bodies: Bodies,
): Promise<Approved | null> {
  if (seen.recording.failure !== null) {
    out.note(
      out.say({
        en: 'nothing was approved: the visit did not reach its end',
        ja: '訪問が最後まで進まなかったため、承認していません',
      }),
    );
    return null;
  }
  const { baseline, warnings } = draftBaseline({
    ...seen,
    approvedBy: options.by ?? '',
    approvedAt: instant(),
    bodies,
  });
  const bytes = canonicalBytes(baseline);
  writeNamed(options.approve ?? '', 'baseline', bytes);
  for (const warning of warnings) out.note(`  ! ${untrusted(out.say(warning.title))}`);
  return { ref: await blobs.put(bytes), baseline };
}

function readBaseline(file: string): Approved {
  const parsed = Baseline.safeParse(readJsonNamed(file, 'baseline'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.map(String).join('.') ?? '';
    throw new KomainuError('data', {
      en: `${file}: ${where}: ${issue?.message ?? 'not a baseline'}; make one with --approve`,
      ja: `${file}: ${where}: 承認済みの基準として読めません（${issue?.message ?? ''}）。--approve で作成してください。`,
    });
  }
  const ref = `sha256:${hash('sha256', canonicalBytes(parsed.data))}` as BlobRef;
  return { ref, baseline: parsed.data };
}

const usage = (en: string, ja: string) => new KomainuError('usage', { en, ja });
