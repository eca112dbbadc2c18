import type { FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Sight } from '../page/sight.ts';
import type { Activity } from '../witness/wire.ts';
import type { Brake } from './stop.ts';

type Rest = 'quiet' | 'never-settled' | 'redirect-loop';

export interface Settling {
  /** Waits until network and documents have been quiet for `quiet` ms; gives up after `cap` ms. */
  rest(quiet: number, cap: number): Promise<Rest>;
  /** Ms since anything last moved, 0 while something is under way. */
  quietFor(): Promise<number>;
}

/** A page that takes itself elsewhere this often within one rest is going round in circles. */
const MAX_NAVIGATIONS = 12;
const POLL = 40;

/**
 * Quiet is: no request under way that a page waits for (sockets, streams, pings and long polls are not), no new ones,
 * no new nodes in any frame.
 */
export function createSettling(
  page: Target,
  tree: FrameTree,
  sight: Sight,
  activity: Activity,
  brake: Brake,
): Settling {
  const quietFor = async (): Promise<number> => {
    if (activity.busy() > 0) return 0;
    const now = Date.now();
    const main = tree.main(page);
    const frames = tree.all();
    const changes = await Promise.all(
      frames.map((frame) =>
        // A frame that does not answer is loading, unless it is one of many: then the network tells.
        sight.look(frame, 'quietFor').catch(() => (frame === main ? 0 : Number.POSITIVE_INFINITY)),
      ),
    );
    return Math.min(now - activity.lastAt(), now - tree.changedAt(), ...changes);
  };
  const rest = async (quiet: number, cap: number): Promise<Rest> => {
    const until = Date.now() + cap;
    const before = tree.navigations();
    for (;;) {
      if (tree.navigations() - before > MAX_NAVIGATIONS) return 'redirect-loop';
      // A renderer caught in a loop answers nothing: then the cap decides.
      const idle = await brake.race(Promise.race([quietFor(), later(until - Date.now())]));
      if (idle >= quiet) return 'quiet';
      if (Date.now() >= until) return 'never-settled';
      await brake.sleep(Math.min(POLL, Math.max(10, quiet - idle)));
    }
  };
  return { rest, quietFor };
}

const later = (ms: number): Promise<number> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, ms), 0).unref());
