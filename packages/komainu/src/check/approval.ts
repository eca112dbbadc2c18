import { hash } from 'node:crypto';
import { draftBaseline } from '@komainu/detect';
import { Baseline, type BlobRef, type Blobs, canonicalBytes, instant } from '@komainu/model';
import type { Context } from '../cli/command.ts';
import { KomainuError } from '../cli/errors.ts';
import { readJsonNamed, writeNamed } from '../cli/files.ts';
import { untrusted } from '../cli/output.ts';
import type { Bodies } from './bodies.ts';
import type { Seen } from './kept.ts';

export interface Approved {
  readonly ref: BlobRef;
  readonly baseline: Baseline;
}

export function readBaseline(file: string): Approved {
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

/** Drafts what the visits saw and writes it down as approved; null when a visit did not reach its end. */
export async function approve(order: {
  readonly file: string;
  /** What was approved before and stays so. */
  readonly extending: Baseline | null;
  readonly by: string;
  readonly out: Context['out'];
  readonly blobs: Blobs;
  readonly seen: readonly Seen[];
  readonly bodies: Bodies;
}): Promise<Approved | null> {
  const { file, extending, by, out, blobs, seen, bodies } = order;
  const [first, ...others] = seen;
  if (first === undefined || seen.some(({ recording }) => recording.failure !== null)) {
    out.note(
      out.say({
        en: 'nothing was approved: a visit did not reach its end',
        ja: '最後まで進まなかった訪問があるため、承認していません',
      }),
    );
    return null;
  }
  const { baseline, warnings } = draftBaseline({
    ...first,
    others: others.map(({ recording }) => recording),
    approvedBy: by,
    approvedAt: instant(),
    ...(extending === null ? {} : { extending }),
    bodies,
  });
  const bytes = canonicalBytes(baseline);
  writeNamed(file, 'baseline', bytes);
  for (const warning of warnings) out.note(`  ! ${untrusted(out.say(warning.title))}`);
  out.note(
    out.say({
      en: `approved: ${file}; fill in "owner" and "justification" of every script there (PCI DSS 6.4.3)`,
      ja: `承認しました：${file}。各スクリプトの owner（責任者）と justification（必要な理由）を記入してください（PCI DSS 6.4.3）`,
    }),
  );
  return { ref: await blobs.put(bytes), baseline };
}
