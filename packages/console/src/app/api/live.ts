import type { EntryEvent } from './types.ts';

/**
 * What the screen knows about being live. `live` only while the stream is open, has spoken lately, and the snapshot
 * shown is at least as new as the newest entry heard of.
 */
export interface Live {
  readonly stream:
    | { readonly kind: 'connecting' }
    | { readonly kind: 'open'; readonly heardAt: number }
    | { readonly kind: 'lost'; readonly since: number };
  /** Index of the newest entry heard of; -1 before the first. */
  readonly newest: number;
  /** Entries the snapshot covers. */
  readonly covered: number;
  /** When the snapshot was taken, by this machine's clock; null before the first. */
  readonly takenAt: number | null;
  /** Since when the snapshot is behind; null when it is not. */
  readonly behindSince: number | null;
  /** The server no longer knows us. */
  readonly signedOut: boolean;
}

export type LiveEvent =
  | { readonly kind: 'opened'; readonly at: number }
  | { readonly kind: 'alive'; readonly at: number }
  | { readonly kind: 'entry'; readonly at: number; readonly event: EntryEvent }
  | { readonly kind: 'broken'; readonly at: number }
  | { readonly kind: 'snapshot'; readonly at: number; readonly size: number }
  | { readonly kind: 'signed-out' };

export const atFirst: Live = {
  stream: { kind: 'connecting' },
  newest: -1,
  covered: 0,
  takenAt: null,
  behindSince: null,
  signedOut: false,
};

/** A snapshot may trail the newest entry this long before the screen calls itself out of date. */
export const GRACE_MS = 3000;
/** Heartbeats are no entries, so the snapshot is fetched every ten seconds; three missed and it is old. */
export const STALE_MS = 30_000;
/** The server speaks at least every 15 s; two missed and the connection counts as lost. */
export const SILENCE_MS = 35_000;

const heard = (live: Live, at: number): Live => ({ ...live, stream: { kind: 'open', heardAt: at } });

export const reduceLive = (live: Live, event: LiveEvent): Live => {
  switch (event.kind) {
    case 'opened':
      return { ...heard(live, event.at), signedOut: false };
    case 'alive':
      return heard(live, event.at);
    case 'entry': {
      const newest = Math.max(live.newest, event.event.index);
      const behind = newest >= live.covered;
      return {
        ...heard(live, event.at),
        newest,
        behindSince: behind ? (live.behindSince ?? event.at) : null,
      };
    }
    case 'broken': {
      // The screen is as old as the last word heard, not as the moment the break was noticed.
      const since = live.stream.kind === 'open' ? Math.max(live.stream.heardAt, live.takenAt ?? 0) : event.at;
      return live.stream.kind === 'lost' ? live : { ...live, stream: { kind: 'lost', since } };
    }
    case 'snapshot': {
      // A smaller ledger is another ledger: start over with what it says.
      const newest = event.size < live.covered ? event.size - 1 : live.newest;
      const behind = newest >= event.size;
      return {
        ...live,
        newest,
        covered: event.size,
        takenAt: event.at,
        behindSince: behind ? (live.behindSince ?? event.at) : null,
      };
    }
    case 'signed-out':
      return { ...live, stream: { kind: 'connecting' }, signedOut: true };
  }
};

export type Standing =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** What is shown is from `since` or before. */
  | { readonly kind: 'lost'; readonly since: number };

/** What may be said at `now`. */
export const standing = (live: Live, now: number): Standing => {
  const { stream, takenAt, behindSince } = live;
  if (stream.kind === 'connecting') return { kind: 'connecting' };
  if (stream.kind === 'lost') return { kind: 'lost', since: stream.since };
  if (now - stream.heardAt > SILENCE_MS) return { kind: 'lost', since: stream.heardAt };
  if (behindSince !== null && now - behindSince > GRACE_MS) return { kind: 'lost', since: behindSince };
  if (takenAt === null) return { kind: 'connecting' };
  return now - takenAt > STALE_MS ? { kind: 'lost', since: takenAt } : { kind: 'live' };
};
