import type { BlobRef } from '@komainu/model';
import type { Suspect } from '../code/needed.ts';
import { isDisguised } from '../code/understand/gauge.ts';
import { isNothing, newsOf } from '../code/understand/news.ts';
import type { Understanding, Understood } from '../code/understand/types.ts';
import type { Bodies, Code } from '../define.ts';
import { inserted } from './inserted.ts';
import { openReader } from './reader.ts';
import { reveal } from './reveal.ts';

export interface AnalystOptions {
  /** For one script, in milliseconds; 10,000 when left out. */
  readonly deadline?: number;
  /** For all scripts of one check, in milliseconds; 30,000 when left out. What is left then is not understood. */
  readonly budget?: number;
  /** Of the reading process's heap in MB; 1024 when left out. */
  readonly memory?: number;
}

/** Understands scripts of strangers: a process that reads, and one for those in disguise, both with limits. */
export interface Analyst {
  /**
   * Understands suspects and what they were made from; what it has understood before costs nothing. A script it did
   * not come to is undefined to the caller. Never rejects.
   */
  understand(suspects: readonly Suspect[], bodies: Bodies): Promise<Code>;
  /** At once: what is under way is not understood. */
  close(): Promise<void>;
}

const KEEP = 1_000;
const REVEAL = 20_000;
/** Disguised scripts of one check that are taken apart: each costs a second or more. */
const MAX_REVEALED = 8;

export function openAnalyst({
  deadline = 10_000,
  budget = 30_000,
  memory = 1024,
}: AnalystOptions = {}): Analyst {
  const reader = openReader({ deadline, memory });
  const closing = new AbortController();
  // Oldest first: a Map keeps the order in which it was written.
  const known = new Map<BlobRef, Understanding>();
  const keep = (ref: BlobRef, understanding: Understanding) => {
    known.delete(ref);
    known.set(ref, understanding);
    for (const oldest of known.keys()) {
      if (known.size <= KEEP) break;
      known.delete(oldest);
    }
  };
  const read = async (ref: BlobRef, bodies: Bodies): Promise<Understanding | null> => {
    const before = known.get(ref);
    const bytes = before === undefined ? bodies(ref) : undefined;
    const understanding = before ?? (bytes === undefined ? null : await reader.read(bytes));
    // What failed for want of a process may go well the next time.
    const lasting = understanding?.kind !== 'not-understood' || understanding.reason !== 'failed';
    if (understanding !== null && lasting) keep(ref, understanding);
    return understanding;
  };
  /** What was added, or else the whole, without its disguise. */
  const unmask = async (
    { ref, approved }: Suspect,
    whole: Understood,
    bodies: Bodies,
    left: number,
  ): Promise<Understood> => {
    const after = bodies(ref);
    if (after === undefined) return whole;
    const [before] = approved.flatMap((one) => bodies(one) ?? []);
    const piece = before === undefined ? null : inserted(before, after);
    const plain = await reveal(piece ?? after, Math.min(REVEAL, left), closing.signal);
    // Tried for as long as it is ever tried: not again in every check.
    const nothing = left >= REVEAL ? { ...whole, revealed: null } : whole;
    if (plain === null) return nothing;
    const said = await reader.read(new TextEncoder().encode(plain));
    if (said.kind === 'not-understood') return nothing;
    const { hosts, targets, urls, traits } = newsOf(whole, said);
    const revealed = { hosts, targets, urls, traits };
    return { ...whole, revealed: isNothing(revealed) ? null : revealed };
  };

  return {
    async understand(suspects, bodies) {
      const until = Date.now() + budget;
      const found = new Map<BlobRef, Understanding>();
      const disguised: [Suspect, Understood][] = [];
      for (const suspect of suspects)
        for (const ref of [suspect.ref, ...suspect.approved]) {
          if (found.has(ref) || Date.now() > until) continue;
          const understanding = await read(ref, bodies);
          if (understanding === null) continue;
          found.set(ref, understanding);
          if (
            ref === suspect.ref &&
            understanding.kind !== 'not-understood' &&
            understanding.revealed === undefined
          )
            if (isDisguised(understanding.obfuscation)) disguised.push([suspect, understanding]);
        }
      for (const [suspect, understood] of disguised.slice(0, MAX_REVEALED)) {
        const left = until - Date.now();
        if (left <= 0) break;
        const unmasked = await unmask(suspect, understood, bodies, left);
        found.set(suspect.ref, unmasked);
        keep(suspect.ref, unmasked);
      }
      return (ref) => found.get(ref);
    },
    close() {
      closing.abort();
      return reader.close();
    },
  };
}
