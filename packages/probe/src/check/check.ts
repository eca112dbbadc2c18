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
  /** Milliseconds for all visits together; 120,000. */
  readonly deadline?: number;
  /** Whether the shop may be at an address of a private network; false. */
  readonly privateNetwork?: boolean;
  /** As for a visit. */
  readonly identify?: Shop['identify'];
  /** Asked after the first pair of compared visits, and again after the second: is another pair needed to tell? */
  readonly inDoubt?: (visits: readonly Visited[]) => Promise<boolean> | boolean;
  /** Asked as each visit ends: is it enough by itself? Then it is the answer, and the others are broken off. */
  readonly enough?: (visit: Visited) => Promise<boolean> | boolean;
}

const ROUNDS = 3;
/** Less than this is not worth setting out for, ms. */
const WORTH = 5_000;

/**
 * The visits of a check, in this order: free with low draws, free with high ones, pinned with card A, with card B, and
 * while there is doubt another pair of these. Where the first comes to no card field there is nothing to compare, and
 * it stays the only one. Never throws for what a page does; a visit that failed is a recording that says so.
 */
export function check(options: CheckOptions): Promise<readonly Visited[]> {
  const early = Promise.withResolvers<readonly Visited[]>();
  const all = options.probe.during(() => visitsOf(options, early.resolve));
  // Whoever has seen enough does not wait until the others are broken off.
  return Promise.race([early.promise, all]);
}

async function visitsOf(
  options: CheckOptions,
  early: (visits: readonly Visited[]) => void,
): Promise<readonly Visited[]> {
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const until = Date.now() + (options.deadline ?? 120_000);
  const enough = async (visited: Visited): Promise<void> => {
    if (ending.signal.aborted || (await options.enough?.(visited)) !== true) return;
    ending.abort();
    early([visited]);
  };
  const make = visitor({ ...options, signal }, until);
  return inOrder(
    options,
    async (...args) => {
      const visited = await make(...args);
      // The next visit does not wait for the answer; what cannot be told now is told when all are judged.
      void enough(visited).catch(() => undefined);
      return visited;
    },
    until,
    signal,
  );
}

async function inOrder(
  options: CheckOptions,
  make: Make,
  until: number,
  signal: AbortSignal,
): Promise<readonly Visited[]> {
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
  for (let round = 2; round <= ROUNDS && until - Date.now() > WORTH && !signal.aborted; round++) {
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
