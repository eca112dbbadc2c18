import type { FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Gate } from '../witness/gate.ts';
import type { Brake } from './stop.ts';

/** How long a frame may take to leave, ms. */
const PATIENCE = 800;
/** What was sent on leaving comes by another way than the news that the next document is there, ms. */
const STRAGGLERS = 60;

/**
 * Makes the frames of other processes leave their documents while they can still be watched: what they send on
 * `pagehide` after their page is gone is a race that the watcher may lose. Innermost first; the documents they load
 * instead are empty and answered by the probe.
 */
export async function leaveFrames(
  tree: FrameTree,
  targets: readonly Target[],
  gate: Gate,
  brake: Brake,
): Promise<void> {
  const frames = targets.filter((target) => target.kind === 'frame');
  if (frames.length === 0) return;
  gate.empty(frames.map((frame) => frame.id));
  const byDepth = Map.groupBy(frames, (frame) => depthOf(tree, frame.id));
  for (const depth of [...byDepth.keys()].sort((a, b) => b - a))
    await Promise.all((byDepth.get(depth) ?? []).map((frame) => leaveFrame(tree, frame, brake)));
  await brake.sleep(STRAGGLERS);
  gate.empty([]);
}

async function leaveFrame(tree: FrameTree, { id, session }: Target, brake: Brake): Promise<void> {
  const { loader: before, url = '' } = tree.get(id) ?? {};
  // Its own address, so that no rule of its page is in the way, and it stays in its process and its session.
  const [address = ''] = url.split('#', 1);
  const reloaded = await session.send('Page.navigate', { url: address, frameId: id }).then(
    ({ errorText }) => errorText === undefined,
    () => false,
  );
  const until = Date.now() + PATIENCE;
  if (!reloaded) return;
  while (tree.get(id)?.loader === before && Date.now() < until) await brake.await(15);
}

function depthOf(tree: FrameTree, id: string): number {
  let depth = 0;
  for (let frame = tree.get(id); frame?.parent; frame = tree.get(frame.parent)) depth += 1;
  return depth;
}
