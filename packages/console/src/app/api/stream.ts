import { SILENCE_MS, type LiveEvent } from './live.ts';
import { openParser } from './sse.ts';
import type { EntryEvent } from './types.ts';

const backoff = (attempt: number): number => Math.min(8000, 400 * 2 ** attempt) * (0.75 + Math.random() / 2);

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      removeEventListener('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    addEventListener('online', done);
  });

const readEntry = (data: string): EntryEvent | null => {
  try {
    const value = JSON.parse(data) as EntryEvent;
    return Number.isSafeInteger(value.index) ? value : null;
  } catch {
    return null;
  }
};

/**
 * Follows the live events until the signal: connects, hands on what comes, notices silence, reconnects from the last
 * index heard. Never throws.
 */
export const follow = async (
  after: number,
  tell: (event: LiveEvent) => void,
  signal: AbortSignal,
): Promise<void> => {
  let last = after;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const one = new AbortController();
    const stop = (): void => one.abort();
    signal.addEventListener('abort', stop);
    let watchdog = setTimeout(stop, SILENCE_MS);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (last >= 0) headers['last-event-id'] = String(last);
      const response = await fetch('/api/events', {
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
        signal: one.signal,
      });
      if (response.status === 401) return tell({ kind: 'signed-out' });
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
      tell({ kind: 'opened', at: Date.now() });
      attempt = 0;
      const parse = openParser();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(watchdog);
        watchdog = setTimeout(stop, SILENCE_MS);
        tell({ kind: 'alive', at: Date.now() });
        for (const item of parse(value)) {
          const event = item.kind === 'event' && item.name === 'entry' ? readEntry(item.data) : null;
          if (event === null) continue;
          last = event.index;
          tell({ kind: 'entry', at: Date.now(), event });
        }
      }
    } catch {
      // Whatever it was, the answer is the same: say so, wait, connect again.
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', stop);
      one.abort();
    }
    if (signal.aborted) return;
    tell({ kind: 'broken', at: Date.now() });
    await pause(backoff(attempt), signal);
  }
};
