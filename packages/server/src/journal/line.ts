import { type Blobs, Judgement, LedgerEntry } from '@komainu/model';
import type { Recorded } from '@komainu/respond';

/** One line of the ledger as read back; `entry` is null for the ledger's own lines and for a later version's. */
export interface Line {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: LedgerEntry | null;
  readonly judgement?: Judgement | undefined;
}

export const isEntry = (line: Line): line is Line & Recorded => line.entry !== null;

export async function readLine(index: number, bytes: Uint8Array, blobs: Blobs): Promise<Line> {
  const parsed = LedgerEntry.safeParse(parseJson(bytes));
  if (!parsed.success) return { index, bytes, entry: null };
  const entry = parsed.data;
  return {
    index,
    bytes,
    entry,
    judgement: entry.kind === 'judged' ? await judgementOf(entry, blobs) : undefined,
  };
}

/** A body that is missing or damaged does not stop the fold: the entry's own title stands in for it. */
async function judgementOf(
  entry: Extract<LedgerEntry, { kind: 'judged' }>,
  blobs: Blobs,
): Promise<Judgement | undefined> {
  try {
    return Judgement.safeParse(parseJson(await blobs.get(entry.data.judgement))).data;
  } catch {
    return undefined;
  }
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
