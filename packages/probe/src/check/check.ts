import type {
  Blobs,
  Canary,
  CheckId,
  Journey,
  PaymentPage,
  Persona,
  Shop,
  ShopId,
  VisitRole,
} from '@komainu/model';
import { newCanary, newCanaryPair } from '../canary/canary.ts';
import { conduct, type Visited } from '../visit.ts';
import type { Fork } from './fork.ts';
import { createPins } from './pin/pin.ts';
import type { Probe } from './probe.ts';
import { ForkLost, type Setting } from './setting.ts';

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
  /** As for a visit. */
  readonly identify?: Shop['identify'];
  /** Asked after the first pair of compared visits, and again after the second: is another pair needed to tell? */
  readonly inDoubt?: (visits: readonly Visited[]) => Promise<boolean> | boolean;
}

const ROUNDS = 3;
/** Less than this is not worth setting out for, ms. */
const WORTH = 5_000;

/**
 * The visits of a check, in this order: free with low draws, free with high ones, pinned with card A, with card B, and
 * while there is doubt another pair of these. Where the first comes to no card field there is nothing to compare, and
 * it stays the only one. Never throws for what a page does; a visit that failed is a recording that says so.
 */
export const check = (options: CheckOptions): Promise<readonly Visited[]> =>
  options.probe.during(() => visitsOf(options));

async function visitsOf(options: CheckOptions): Promise<readonly Visited[]> {
  const until = Date.now() + (options.deadline ?? 60_000);
  const make = visitor(options, until);
  const reached = Promise.withResolvers<Fork | null>();
  const low = make(
    { kind: 'free', draws: 'low' },
    newCanary(),
    options.journey,
    options.depth === 'one' ? {} : { forked: reached.resolve },
  );
  if (options.depth === 'one') return [await low];
  // Whoever has a journey sets out as soon as this one stands before the card: nothing more is needed of it.
  const came = await Promise.race([
    ...(options.journey ? [reached.promise.then((fork) => ({ fork }))] : []),
    low.then(() => null),
  ]);
  if (came === null && !typed(await low)) return [await low];
  const fork = came?.fork ?? (typed(await low) ? await reached.promise : null);
  const journey = options.journey ?? (await low).journey;
  const from = joinable(fork);
  const pair = newCanaryPair();
  const pins = createPins(Date.now() + (options.persona.clockShift ?? 0) * 60_000);
  const pinned = (card: 'a' | 'b', round: number): Promise<Visited> =>
    from(pair[card], (setting) =>
      make({ kind: 'pinned', card, round, unpinned: [] }, pair[card], journey, { ...setting, pins }),
    );
  const high = from(newCanary(), (setting, canary) =>
    make({ kind: 'free', draws: 'high' }, canary, journey, setting),
  );
  const compared = [await pinned('a', 1), await pinned('b', 1)];
  const visits = [await low, await high, ...compared];
  for (let round = 2; round <= ROUNDS && until - Date.now() > WORTH && !options.signal.aborted; round++) {
    if (!(await options.inDoubt?.(visits))) break;
    visits.push(await pinned('a', round), await pinned('b', round));
  }
  return visits;
}

type Make = (role: VisitRole, canary: Canary, journey: Journey | null, setting: Setting) => Promise<Visited>;

const visitor =
  (options: CheckOptions, until: number): Make =>
  (role, canary, journey, setting) =>
    conduct(
      {
        browser: options.probe.browser,
        shop: options.shop,
        page: options.page,
        journey,
        persona: options.persona,
        canary,
        check: options.check,
        purpose: 'check',
        blobs: options.blobs,
        signal: options.signal,
        deadline: Math.max(1_000, until - Date.now()),
        ...(options.privateNetwork === undefined ? {} : { privateNetwork: options.privateNetwork }),
        ...(options.identify === undefined ? {} : { identify: options.identify }),
      },
      { ...setting, role },
    );

/** Visits go on from the fork until one of them cannot; that one and all later ones walk the whole journey. */
function joinable(fork: Fork | null) {
  let usable = fork;
  return async (
    canary: Canary,
    go: (setting: Setting, canary: Canary) => Promise<Visited>,
  ): Promise<Visited> => {
    if (usable)
      try {
        return await go({ fork: usable }, canary);
      } catch (error) {
        if (!(error instanceof ForkLost)) throw error;
        usable = null;
      }
    return go({}, canary);
  };
}

/** Where nothing was typed there is nothing to compare. */
function typed({ recording }: Visited): boolean {
  const { cardFields } = recording.artifacts;
  return cardFields.kind === 'observed' && cardFields.value.some((field) => field.typedAt !== null);
}
