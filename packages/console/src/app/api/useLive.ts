import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useReducer, useRef } from 'react';
import { ApiError, getJson } from './client.ts';
import { atFirst, type Live, reduceLive } from './live.ts';
import { follow } from './stream.ts';
import type { Snapshot } from './types.ts';

const POLL_MS = 10_000;
const KEY = ['state'] as const;

export interface LiveSnapshot {
  readonly snapshot: Snapshot | null;
  readonly live: Live;
  /** Server's clock minus this machine's, ms. */
  readonly skew: number;
  /** The server could not be asked, and there is nothing to show. */
  readonly failure: ApiError | null;
  readonly retry: () => void;
}

/** The snapshot of everything, fetched again at every entry of the live stream. */
export const useLive = (): LiveSnapshot => {
  const client = useQueryClient();
  const [live, tell] = useReducer(reduceLive, atFirst);
  const streaming = live.stream.kind === 'open';
  const state = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => getJson<Snapshot>('/api/state', signal),
    retry: false,
    staleTime: POLL_MS,
    refetchInterval: streaming ? POLL_MS : false,
    refetchOnWindowFocus: streaming,
  });
  const { data, dataUpdatedAt, error, refetch } = state;
  const size = data?.ledger.size ?? null;

  useEffect(() => {
    if (size !== null) tell({ kind: 'snapshot', at: dataUpdatedAt, size });
  }, [size, dataUpdatedAt]);

  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) tell({ kind: 'signed-out' });
  }, [error]);

  // Entries come in bursts: one request is under way at most, and one more follows when it came too early.
  const asking = useRef<'no' | 'asking' | 'again'>('no');
  useEffect(() => {
    const refresh = async (): Promise<void> => {
      if (asking.current !== 'no') {
        asking.current = 'again';
        return;
      }
      do {
        asking.current = 'asking';
        await client.refetchQueries({ queryKey: KEY }, { cancelRefetch: true });
      } while ((asking.current as string) === 'again');
      asking.current = 'no';
    };
    if (size === null) return undefined;
    const stop = new AbortController();
    void follow(
      size - 1,
      (event) => {
        tell(event);
        if (event.kind === 'entry' || event.kind === 'opened') void refresh();
      },
      stop.signal,
    );
    return () => stop.abort();
    // Only the first size starts the stream; it keeps its own place afterwards.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [client, size === null]);

  return {
    snapshot: data ?? null,
    live,
    skew: data === undefined ? 0 : Date.parse(data.now) - dataUpdatedAt,
    failure: data === undefined && error instanceof ApiError ? error : null,
    retry: () => void refetch(),
  };
};
