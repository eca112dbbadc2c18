import {
  Baseline,
  type BlobRef,
  type Blobs,
  canonicalBytes,
  type Judgement,
  Recording,
  type ShopId,
  type Source,
  type Text,
} from '@komainu/model';
import type { Bodies } from '@komainu/detect';
import type { EntryDraft } from '@komainu/respond';
import { parseJson } from '../journal/line.ts';

/** Bytes of bodies held in memory for one judgement; what is beyond counts as missing and says so in the verdict. */
const MAX_BODIES = 256 * 1024 * 1024;

/** Loads what the detectors will ask for. A body that is missing or damaged is left out: they say `unobserved`. */
export async function loadBodies(blobs: Blobs, refs: readonly BlobRef[]): Promise<Bodies> {
  const bodies = new Map<BlobRef, Uint8Array>();
  let total = 0;
  for (const ref of new Set(refs)) {
    if (total > MAX_BODIES) break;
    const bytes = await blobs.get(ref).catch(() => undefined);
    if (bytes === undefined) continue;
    total += bytes.length;
    bodies.set(ref, bytes);
  }
  return (ref) => bodies.get(ref);
}

/** The approved baseline; null also when its body cannot be read: without one no check can be clean. */
export async function loadBaseline(
  blobs: Blobs,
  ref: BlobRef | null,
): Promise<{ readonly ref: BlobRef; readonly baseline: Baseline } | null> {
  if (ref === null) return null;
  const bytes = await blobs.get(ref).catch(() => undefined);
  const parsed = Baseline.safeParse(bytes === undefined ? undefined : parseJson(bytes));
  return parsed.success ? { ref, baseline: parsed.data } : null;
}

/** Null when its bytes are gone or damaged. */
export async function loadRecording(blobs: Blobs, ref: BlobRef): Promise<Recording | null> {
  const bytes = await blobs.get(ref).catch(() => undefined);
  const parsed = Recording.safeParse(bytes === undefined ? undefined : parseJson(bytes));
  return parsed.success ? parsed.data : null;
}

export interface Judged {
  readonly draft: EntryDraft;
  readonly ref: BlobRef;
}

/** Stores the judgement and drafts its entry; the title is cut so that the entry stays below the ledger's limit. */
export async function keepJudgement(
  blobs: Blobs,
  shop: ShopId,
  source: Source,
  judgement: Judgement,
): Promise<Judged> {
  const ref = await blobs.put(canonicalBytes(judgement));
  const actor =
    source.kind === 'check'
      ? ({ kind: 'probe', name: 'probe' } as const)
      : ({ kind: 'server', name: 'komainu' } as const);
  const { kind: verdict, reason } = judgement.verdict;
  const draft: EntryDraft = {
    kind: 'judged',
    shop,
    actor,
    data: { source, judgement: ref, verdict, title: clip(reason) },
  };
  return { draft, ref };
}

const MAX_TITLE = 2_000;

/** Cuts a sentence that carries untrusted words, never through a surrogate pair. */
const clip = ({ en, ja }: Text): Text => ({ en: cut(en), ja: cut(ja) });
const cut = (words: string): string =>
  words.length <= MAX_TITLE
    ? words
    : `${words
        .slice(0, MAX_TITLE)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
