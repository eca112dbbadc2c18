import { createRoute } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { newApp, problems, security } from './kit.ts';
import type { Services } from './services.ts';

const route = createRoute({
  method: 'get',
  path: '/api/events',
  summary: 'The ledger as it grows (server-sent events)',
  description:
    'Each event is `entry`, its id the ledger index, its data a RecordedEntry. Begins after `Last-Event-ID` or the parameter `after` (a browser cannot set the header at first), else with the next entry. A comment comes every 15 s.',
  security,
  request: {
    headers: z.object({ 'last-event-id': z.string().optional() }),
    query: z.object({ after: z.string().optional() }),
  },
  responses: {
    200: { description: 'Never ends by itself', content: { 'text/event-stream': { schema: z.string() } } },
    ...problems,
  },
});

const QUIET = 15_000;
const PAGE = 100;
/** Open streams hold a socket each. */
const MAX_STREAMS = 100;

/**
 * Live events. Each reader draws from the ledger at its own pace, woken by new entries: a slow one costs no memory,
 * and what it missed is simply the next it reads.
 */
export function eventRoutes({ journal, stopping }: Services, quiet = QUIET) {
  let open = 0;
  return newApp().openapi(route, (c) => {
    if (open >= MAX_STREAMS) throw BUSY;
    const last = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? Number.NaN);
    // An id from beyond the ledger is another ledger's: begin with what comes next.
    let next = Number.isSafeInteger(last) && last >= -1 && last < journal.size() ? last + 1 : journal.size();
    open += 1;
    return streamSSE(c, async (stream) => {
      const wake = waker();
      const quit = () => wake.now();
      const unlisten = journal.listen(quit);
      stopping.addEventListener('abort', quit);
      stream.onAbort(quit);
      try {
        await stream.write(': komainu\n\n');
        while (!stream.aborted && !stopping.aborted) {
          // Taken before the reading: what is recorded meanwhile is the next reading's.
          const size = journal.size();
          const recorded = await journal.read(next, PAGE);
          for (const { index, entry } of recorded)
            await stream.writeSSE({
              event: 'entry',
              id: String(index),
              data: JSON.stringify({ index, entry }),
            });
          next = Math.min(next + PAGE, Math.max(next, size));
          if (next < journal.size()) continue;
          if ((await wake.within(quiet)) === 'late') await stream.write(': \n\n');
        }
      } finally {
        open -= 1;
        unlisten();
        stopping.removeEventListener('abort', quit);
      }
    });
  });
}

/** Remembers a wake-up that came while nobody slept. */
function waker() {
  let due = false;
  let ring: (() => void) | null = null;
  return {
    now() {
      due = true;
      ring?.();
    },
    async within(ms: number): Promise<'woken' | 'late'> {
      if (!due) {
        const { promise, resolve } = Promise.withResolvers<void>();
        ring = resolve;
        const timer = setTimeout(resolve, ms);
        await promise;
        clearTimeout(timer);
        ring = null;
      }
      const woken = due;
      due = false;
      return woken ? 'woken' : 'late';
    },
  };
}

const BUSY = new ApiError(
  503,
  'busy',
  'Too many open event streams.',
  '同時に開けるイベント接続の数を超えています。',
);
