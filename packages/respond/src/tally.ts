import type { Failure } from '@komainu/model';
import { recordable } from './actor.ts';
import { type Act, NO_ATTEMPTS } from './state.ts';

export interface Due {
  /** Failed tries of the act since the halt was ordered, this one included. */
  readonly attempt: number;
  readonly failure: Failure;
}

/** More kinds of failure than any platform has; beyond them a hostile one is writing them. */
const DISTINCT = 24;

/**
 * Which failures go into the ledger: each distinct one when it is first seen, then at every tenfold of its count, and
 * the last one before the act succeeds, so that the count of tries is exact and an outage of days stays a few lines.
 */
export function tally() {
  let counts: Record<Act, number> = { ...NO_ATTEMPTS };
  let recorded: Record<Act, number> = { ...NO_ATTEMPTS };
  const seen = new Map<string, number>();
  const last = new Map<Act, Failure>();

  return {
    /** Takes up the counts of a halt that another run began. */
    restart(attempts: Readonly<Record<Act, number>>): void {
      counts = { ...attempts };
      recorded = { ...attempts };
      seen.clear();
      last.clear();
    },
    /** @param always this failure changes what is known of the shop and must be recorded */
    failed(act: Act, raw: Failure, always: boolean): Due | null {
      const failure = recordable(raw);
      const attempt = ++counts[act];
      last.set(act, failure);
      const exact = `${act} ${failure.code} ${failure.message.en}`;
      const kind = seen.has(exact) || seen.size < DISTINCT ? exact : `${act} ${failure.code}`;
      const times = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, times);
      if (!always && !/^10*$/.test(String(times))) return null;
      recorded[act] = attempt;
      return { attempt, failure };
    },
    /** The act succeeded: gives the failures not recorded yet, as one. */
    settle(act: Act): Due | null {
      const failure = last.get(act);
      const attempt = counts[act];
      if (failure === undefined || attempt <= recorded[act]) return null;
      recorded[act] = attempt;
      return { attempt, failure };
    },
  };
}
