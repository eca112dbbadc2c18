import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import { LIMITS } from '../limits.ts';
import type { Box, SeenForm } from './eyes.ts';
import type { Placement, Point, Seen, Sight } from './sight.ts';

/** One frame at one moment. */
export interface FrameView {
  readonly frame: Frame;
  readonly placement: Placement | null;
  readonly forms: readonly SeenForm[];
  /** Why it could not be looked into, null when it could. */
  readonly blind: string | null;
}

/** All frames of a page at one moment, parents before children. */
export async function viewOf(sight: Sight, tree: FrameTree, page: Target): Promise<readonly FrameView[]> {
  const main = tree.main(page);
  if (!main) return [];
  const frames = descend(tree, main).slice(0, LIMITS.frames);
  const targets = new Map(frames.map((frame) => [frame.target.id, frame.target]));
  await Promise.all(
    [...targets.values()].map((target) => sight.openClosedRoots(target, frames).catch(() => undefined)),
  );
  return Promise.all(
    frames.map(async (frame): Promise<FrameView> => {
      try {
        const [placement, forms] = await Promise.all([
          sight.placement(frame),
          sight.look(frame, 'survey', LIMITS.fieldsPerForm * 4),
        ]);
        return { frame, placement, forms, blind: null };
      } catch (error) {
        // Gone since we asked: not blindness.
        const blind = tree.get(frame.id) ? (error instanceof Error ? error.message : String(error)) : null;
        return { frame, placement: null, forms: [], blind };
      }
    }),
  );
}

function descend(tree: FrameTree, frame: Frame): Frame[] {
  return [frame, ...tree.children(frame.id).flatMap((child) => descend(tree, child))];
}

/** A box of a frame's viewport in the main frame's. */
export const placed = (box: Box, at: Placement): Box => ({
  x: round(at.x + box.x * at.scale),
  y: round(at.y + box.y * at.scale),
  width: round(box.width * at.scale),
  height: round(box.height * at.scale),
});

export const middle = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** Hundredths of a pixel: finer ones only make equal pages differ. */
export const round = (value: number): number => Math.round(value * 100) / 100;

/** The element a click at a point of the main viewport reaches, through frames, with the point in its own frame. */
export async function hitTest(
  sight: Sight,
  main: Frame,
  at: Point,
): Promise<{ readonly seen: Seen; readonly local: Point } | null> {
  let frame = main;
  let origin = await sight.placement(frame);
  for (let depth = 0; depth < 12 && origin; depth++) {
    const local = { x: (at.x - origin.x) / origin.scale, y: (at.y - origin.y) / origin.scale };
    const seen = await sight.point(frame, 'topmost', local.x, local.y);
    if (!seen) return null;
    const inner = await sight.frameIn(seen).catch(() => null);
    if (!inner) return { seen, local };
    frame = inner;
    origin = await sight.placement(inner).catch(() => null);
  }
  return null;
}

/** Where in the main viewport an element is now, null when it is nowhere. */
export async function whereIs(sight: Sight, seen: Seen): Promise<Box | null> {
  const [placement, box] = await Promise.all([sight.placement(seen.frame), sight.of(seen, 'box')]);
  return placement && box.width > 0 && box.height > 0 ? placed(box, placement) : null;
}

/** Whether a person's click in the middle of an element would reach it; scrolls to it as a person would. */
export async function reachable(sight: Sight, main: Frame, seen: Seen): Promise<boolean> {
  await seen.frame.target.session
    .send('DOM.scrollIntoViewIfNeeded', { objectId: seen.objectId })
    .catch(() => undefined);
  const box = await whereIs(sight, seen);
  if (!box) return false;
  const hit = await hitTest(sight, main, middle(box));
  if (!hit || hit.seen.frame.id !== seen.frame.id) return false;
  return sight.of(seen, 'reaches', hit.local.x, hit.local.y);
}

/** The element that has the keyboard, through frames. */
export async function focusedElement(sight: Sight, main: Frame): Promise<Seen | null> {
  let frame = main;
  for (let depth = 0; depth < 12; depth++) {
    const seen = await sight.point(frame, 'focused').catch(() => null);
    if (!seen) return null;
    const inner = await sight.frameIn(seen).catch(() => null);
    if (!inner) return seen;
    frame = inner;
  }
  return null;
}
