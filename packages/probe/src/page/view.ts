import { type Failure, text } from '@komainu/model';
import { failure } from '../failures.ts';
import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import { LIMITS } from '../limits.ts';
import { Gaps } from '../witness/witness.ts';
import type { Box, SeenForm } from './eyes.ts';
import { type Placement, type Point, type Seen, type Sight, type Unopened, wordsOf } from './sight.ts';

/** One frame at one moment. */
interface FrameView {
  readonly frame: Frame;
  readonly placement: Placement | null;
  readonly forms: readonly SeenForm[];
}

/** All frames of a page at one moment, parents before children, and what of them was not seen. */
export interface View {
  readonly frames: readonly FrameView[];
  readonly gaps: {
    /** Frames that are missing. */
    readonly frames: readonly Failure[];
    /** Fields that may be missing: those of missing frames too. */
    readonly fields: readonly Failure[];
  };
}

export async function viewOf(sight: Sight, tree: FrameTree, page: Target): Promise<View> {
  const main = tree.main(page);
  if (!main) return { frames: [], gaps: { frames: [], fields: [] } };
  const all = descend(tree, main);
  const frames = all.slice(0, LIMITS.frames);
  const missing = new Gaps();
  const unseen = new Gaps();
  if (all.length > frames.length) {
    missing.limit({ en: 'frames', ja: 'フレーム' }, LIMITS.frames, main.url);
    unseen.limit({ en: 'frames', ja: 'フレーム' }, LIMITS.frames, main.url);
  }
  const blind = (frame: Frame, reason: string): void => {
    // Gone since we asked: not blindness.
    if (!tree.get(frame.id)) return;
    for (const gaps of [missing, unseen]) gaps.add(frameUnreadable(frame, reason));
  };
  const targets = new Map(frames.map((frame) => [frame.target.id, frame.target]));
  const closed = await Promise.all(
    [...targets.values()].map((target) => opened(sight, tree, target, frames)),
  );
  for (const { frame, reason } of closed.flat()) {
    if (!tree.get(frame.id)) continue;
    if (reason === null)
      unseen.limit({ en: 'closed shadow roots', ja: '閉じたシャドウルート' }, LIMITS.closedRoots, frame.url);
    else unseen.add(rootUnreadable(frame, reason));
  }
  const views = await Promise.all(
    frames.map(async (frame): Promise<FrameView> => {
      try {
        const [placement, { forms, cut }] = await Promise.all([
          sight.placement(frame),
          sight.look(frame, 'survey', LIMITS.fieldsPerFrame),
        ]);
        if (cut)
          unseen.limit(
            { en: 'fields in one frame', ja: '一つのフレームの入力欄' },
            LIMITS.fieldsPerFrame,
            frame.url,
          );
        if (!placement) blind(frame, 'it has no place in the page');
        return { frame, placement, forms };
      } catch (error) {
        blind(frame, wordsOf(error));
        return { frame, placement: null, forms: [] };
      }
    }),
  );
  return { frames: views, gaps: { frames: missing.list(), fields: unseen.list() } };
}

/** Once more when something failed: a page may have changed between two messages. */
async function opened(
  sight: Sight,
  tree: FrameTree,
  target: Target,
  frames: readonly Frame[],
): Promise<readonly Unopened[]> {
  const open = (): Promise<readonly Unopened[]> =>
    sight
      .openClosedRoots(
        target,
        frames.flatMap((frame) => tree.get(frame.id) ?? []),
      )
      .catch((error: unknown) =>
        frames
          .filter((frame) => frame.target.id === target.id)
          .map((frame) => ({ frame, reason: wordsOf(error) })),
      );
  const first = await open();
  return first.some((item) => item.reason !== null) ? open() : first;
}

const frameUnreadable = (frame: Frame, detail: string): Failure =>
  failure('unreadable', text('A frame could not be looked into.', '中を確認できないフレームがありました。'), {
    url: frame.url,
    detail,
  });

const rootUnreadable = (frame: Frame, detail: string): Failure =>
  failure(
    'unreadable',
    text(
      'A closed shadow root could not be looked into.',
      '中を確認できない、閉じたシャドウルートがありました。',
    ),
    { url: frame.url, detail },
  );

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
