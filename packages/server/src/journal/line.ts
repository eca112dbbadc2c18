import { type Blobs, Judgement, LedgerEntry } from '@komainu/model';
import type { Recorded } from '@komainu/respond';
import type { LedgerHandle } from './ledger-handle.ts';

/** One line of the ledger as read back; `entry` is null for the ledger's own lines and for a later version's. */
export interface Line {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly entry: LedgerEntry | null;
  readonly judgement?: Judgement | undefined;
}

export const isEntry = (line: Line): line is Line & Recorded => line.entry !== null;

/** The lines from `from` up to, not including, `to`, out of the cache where they are in it. */
export async function readLines(
  ledger: LedgerHandle,
  cache: ReadonlyMap<number, Line>,
  from: number,
  to: number,
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (let next = from; next < to; next++) {
    const held = cache.get(next);
    if (held === undefined) break;
    lines.push(held);
  }
  for await (const { index, bytes } of ledger.entries(from + lines.length, to))
    lines.push(
      cache.get(index) ?? { index, bytes, entry: LedgerEntry.safeParse(parseJson(bytes)).data ?? null },
    );
  return lines;
}

/**
 * The line with the judgement it names, which the fold looks into. A body that is missing or damaged does not stop
 * the fold: the entry's own title stands in for it.
 */
export async function withJudgement(line: Line, blobs: Blobs): Promise<Line> {
  if (line.entry?.kind !== 'judged' || line.judgement !== undefined) return line;
  try {
    const body = await blobs.get(line.entry.data.judgement);
    return { ...line, judgement: Judgement.safeParse(parseJson(body)).data };
  } catch {
    return line;
  }
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
