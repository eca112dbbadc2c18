import type { FrameTree } from '../../observe/frame-tree.ts';
import type { Settling } from '../../journey/settle.ts';
import type { Brake } from '../../journey/stop.ts';
import type { Target } from '../../observe/target.ts';
import type { Sight } from '../../page/sight.ts';

const MAX_NAVIGATIONS = 12;
/**
 * Ms of one look after the other: coarse, so that siblings that differ by a slice still rest equally long, and uneven, so
 * that a clock that ticks every quarter of a second is not always caught in the act.
 */
const LOOKS = [250, 170, 290, 210, 330] as const;

/** Rest in a pinned visit: as for an ordinary one, in virtual time, so that siblings rest equally long. */
export function pinnedSettling(
  page: Target,
  tree: FrameTree,
  sight: Sight,
  brake: Brake,
  lastTraffic: () => number,
): Settling {
  const quietFor = async (): Promise<number> => {
    const main = tree.main(page);
    const changes = await brake.race(
      Promise.all(
        tree
          .all()
          .map((frame) =>
            sight.look(frame, 'quietFor').catch(() => (frame === main ? 0 : Number.POSITIVE_INFINITY)),
          ),
      ),
    );
    return Math.min(brake.now() - lastTraffic(), ...changes);
  };
  const rest: Settling['rest'] = async (quiet, cap) => {
    const until = brake.now() + cap;
    const before = tree.navigations();
    for (let look = 0; ; look++) {
      await brake.sleep(Math.max(LOOKS[look % LOOKS.length] ?? 0, quiet));
      if (tree.navigations() - before > MAX_NAVIGATIONS) return 'redirect-loop';
      if ((await quietFor()) >= quiet) return 'quiet';
      if (brake.now() >= until) return 'never-settled';
    }
  };
  return { rest, quietFor };
}
