import { reasonOf } from './error.ts';
import type { Log } from './log.ts';

/** Does the work every `ms` milliseconds, never twice at once; what it throws is logged and the next turn comes. */
export function ticker(ms: number, work: () => Promise<void>, log: Log): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = work()
      .catch((error: unknown) => log.error({ reason: reasonOf(error) }, 'a recurring task failed'))
      .finally(() => {
        busy = false;
      });
  }, ms);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
