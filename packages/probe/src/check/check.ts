import type { Blobs, Canary, CheckId, Journey, PaymentPage, Persona, ShopId, VisitRole } from '@komainu/model';
import { newCanary, newCanaryPair } from '../canary/canary.ts';
import { conduct, type Visited } from '../visit.ts';
import type { Probe } from './probe.ts';

export interface CheckOptions {
  readonly probe: Probe;
  readonly shop: ShopId;
  readonly page: PaymentPage;
  /** As for a visit. */
  readonly journey: Journey | null;
  readonly persona: Persona;
  readonly check: CheckId;
  readonly blobs: Blobs;
  readonly signal: AbortSignal;
  /** `one`: the first free visit and nothing else. `full`, the default: all of them. */
  readonly depth?: 'one' | 'full';
  /** Milliseconds for all visits together; 60,000. */
  readonly deadline?: number;
  /** Whether the shop may be at an address of a private network; false. */
  readonly privateNetwork?: boolean;
  /** Asked after the first pair of compared visits, and again after the second: is another pair needed to tell? */
  readonly inDoubt?: (visits: readonly Visited[]) => Promise<boolean> | boolean;
}

const ROUNDS = 3;

/**
 * The visits of a check, in this order: free with low draws, free with high ones, pinned with card A, with card B, and
 * while there is doubt another pair of these. Never throws for what a page does; a visit that failed is a recording
 * that says so.
 */
export async function check(options: CheckOptions): Promise<readonly Visited[]> {
  const until = Date.now() + (options.deadline ?? 60_000);
  let known = options.journey;
  const make = (role: VisitRole, canary: Canary): Promise<Visited> =>
    conduct(
      {
        browser: options.probe.browser,
        shop: options.shop,
        page: options.page,
        journey: known,
        persona: options.persona,
        canary,
        check: options.check,
        purpose: 'check',
        blobs: options.blobs,
        signal: options.signal,
        deadline: Math.max(1_000, until - Date.now()),
        ...(options.privateNetwork === undefined ? {} : { privateNetwork: options.privateNetwork }),
      },
      { role },
    );
  const low = await make({ kind: 'free', draws: 'low' }, newCanary());
  if (options.depth === 'one' || !reachedCard(low)) return [low];
  // The way the autopilot found is walked again, not looked for again.
  known ??= low.journey;
  const pair = newCanaryPair();
  const pinned = (card: 'a' | 'b', round: number): Promise<Visited> =>
    make({ kind: 'pinned', card, round, unpinned: [] }, pair[card]);
  const [high, a] = await Promise.all([
    make({ kind: 'free', draws: 'high' }, newCanary()),
    pinned('a', 1),
  ]);
  const visits = [low, high, a, await pinned('b', 1)];
  for (let round = 2; round <= ROUNDS && Date.now() < until; round++) {
    if (!(await options.inDoubt?.(visits))) break;
    visits.push(await pinned('a', round), await pinned('b', round));
  }
  return visits;
}

/** Where nothing was typed there is nothing to compare. */
function reachedCard({ recording }: Visited): boolean {
  const { cardFields } = recording.artifacts;
  return cardFields.kind === 'observed' && cardFields.value.some((field) => field.typedAt !== null);
}
