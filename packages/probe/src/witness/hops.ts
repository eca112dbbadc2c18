import type { WireBody, WireMessage } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { EventOf } from '../cdp/connection.ts';
import { LIMITS } from '../limits.ts';
import type { Target } from '../observe/target.ts';
import type { Passage } from './gate.ts';
import type { Gaps } from './witness.ts';

export type Outcome = WireMessage['outcome'];

/** One request as two domains tell of it: Fetch has the body and the unload traffic, Network the reason and the answer. */
export interface Hop {
  readonly order: number;
  readonly at: number;
  /** The same by the visit's own clock. */
  readonly lived: number;
  target: Target;
  /** Without and with its fragment. */
  readonly address: string;
  readonly url: string;
  readonly method: string;
  frameUrl: string;
  net?: EventOf<'Network.requestWillBeSent'>;
  fetch?: Protocol.Network.Request;
  resource?: string;
  raw?: Protocol.Network.Headers;
  passage?: Passage;
  outcome?: Outcome;
  /** It was answered over a connection, not out of a cache or by a service worker. */
  connected?: boolean;
  body?: Promise<WireBody>;
}

/** Begins the keys of what Fetch tells without the name Network has for it: `fetchLater`, what a frame sends as it leaves. */
export const NAMELESS = 'fetch ';

export interface Hops {
  /** The hop one domain tells of, begun if the other has not told of it; null beyond the limit. */
  find(
    key: string,
    request: Protocol.Network.Request,
    target: Target,
    frameUrl: string,
    part: 'net' | 'fetch',
  ): Hop | null;
  of(key: string): readonly Hop[];
  /** The hop without an outcome that has this address, else the newest: the two domains run ahead of each other. */
  open(key: string, url?: string): Hop | undefined;
  all(): Iterable<readonly [string, readonly Hop[]]>;
}

/** `begun` is called for each new hop; `clock` is the visit's. */
export function createHops(gaps: Gaps, begun: () => void, clock: () => number = Date.now): Hops {
  const hops = new Map<string, Hop[]>();
  let count = 0;
  let nameless = false;

  const find: Hops['find'] = (key, request, target, frameUrl, part) => {
    const list = hops.get(key) ?? [];
    // A redirect keeps the id; the two domains tell of its hops in different orders.
    const known = list.find((hop) => hop[part] === undefined && hop.address === request.url);
    if (known) return known;
    const half = other(key, (hop) => hop[part] === undefined && isOf(hop, request, target));
    if (half === null && count >= LIMITS.messages) {
      gaps.limit({ en: 'requests', ja: '通信' }, LIMITS.messages);
      return null;
    }
    if (!half) {
      count += 1;
      begun();
    }
    const hop: Hop = half ?? {
      order: count,
      at: Date.now(),
      lived: clock(),
      target,
      address: request.url,
      url: request.url + (request.urlFragment ?? ''),
      method: request.method,
      frameUrl,
    };
    hops.set(key, [...list, hop]);
    return hop;
  };

  /** Takes the half that was told of under a key of the other kind. */
  const other = (key: string, fits: (hop: Hop) => boolean): Hop | null => {
    nameless ||= key.startsWith(NAMELESS);
    if (!nameless) return null;
    for (const [from, list] of hops) {
      if (from.startsWith(NAMELESS) === key.startsWith(NAMELESS)) continue;
      const hop = list.findLast(fits);
      if (!hop) continue;
      const rest = list.filter((item) => item !== hop);
      hops.set(from, rest);
      return hop;
    }
    return null;
  };

  const open: Hops['open'] = (key, url) => {
    const list = hops.get(key)?.filter((hop) => hop.outcome === undefined) ?? [];
    return list.find((hop) => hop.address === url) ?? list.at(-1);
  };
  return { find, of: (key) => hops.get(key) ?? [], open, all: () => hops };
}

const isOf = (hop: Hop, request: Protocol.Network.Request, target: Target): boolean =>
  hop.address === request.url &&
  hop.method === request.method &&
  hop.target.id === target.id &&
  (hop.fetch ?? hop.net?.request)?.postData === request.postData;
