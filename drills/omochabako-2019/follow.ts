import type { Api, Indexed } from '../lib/api.ts';

const GIVE_UP_MS = 120_000;

/** Follows the ledger live from `from` until the halt is proved, or two minutes have gone by. */
export async function follow(api: Api, from: number, signal: AbortSignal): Promise<readonly Indexed[]> {
  const seen: Indexed[] = [];
  const limit = AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)]);
  try {
    for await (const one of api.follow(from, limit)) {
      seen.push(one);
      if (one.entry.kind === 'halt.proved') break;
    }
  } catch (error) {
    if (!limit.aborted) throw error;
  }
  return seen;
}
