import type { Page } from 'playwright-core';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Point, Seen, Sight } from '../page/sight.ts';
import { focusedElement, hitTest, middle, whereIs } from '../page/view.ts';
import type { Brake } from './stop.ts';

export interface Hands {
  /** Scrolls to the element and clicks where a person sees it, whatever lies on top there. False: it is nowhere. */
  click(seen: Seen, options?: ClickOptions): Promise<boolean>;
  hover(seen: Seen): Promise<boolean>;
  /** Types into what has the keyboard. `pace` is the mean time between keys, ms. */
  type(text: string, pace: number): Promise<void>;
  /** Enters what is nobody's card, as autofill does: at once, the last key by hand, so that `keyup` handlers run. */
  enter(text: string): Promise<void>;
  press(key: string): Promise<void>;
  /** What has the keyboard, if it is a field. */
  field(): Promise<Seen | null>;
  /** Whether a click on the element would reach it. */
  onTop(seen: Seen): Promise<boolean>;
}
/** A page that moves under the pointer is clicked again, as a person would. */
const TRIES = 3;

interface ClickOptions {
  readonly offset?: { readonly x: number; readonly y: number } | undefined;
  readonly button?: 'left' | 'right' | 'middle' | undefined;
  readonly count?: number | undefined;
}

/** Mouse and keyboard of a person: the pointer travels, keys have a rhythm. Playwright moves them, as trusted input. */
export function createHands(
  walker: Page,
  page: Target,
  tree: FrameTree,
  sight: Sight,
  brake: Brake,
  mobile: boolean,
  chance: () => number = Math.random,
): Hands {
  const jitter = (mean: number): number => mean * (0.5 + chance());
  const locate = async (seen: Seen) => {
    await seen.frame.target.session
      .send('DOM.scrollIntoViewIfNeeded', { objectId: seen.objectId })
      .catch(() => undefined);
    let box = await whereIs(sight, seen).catch(() => null);
    // What is still moving is waited for, not for long: a smooth scroll takes most of a second.
    for (let i = 0; i < 60 && box; i++) {
      await brake.sleep(16);
      const next = await whereIs(sight, seen).catch(() => null);
      if (next && Math.abs(next.x - box.x) < 1 && Math.abs(next.y - box.y) < 1) return next;
      box = next;
    }
    return box;
  };
  const reaches = async (seen: Seen, at: Point): Promise<boolean> => {
    const main = tree.main(page);
    const hit = main && (await hitTest(sight, main, at).catch(() => null));
    if (!hit || hit.seen.frame.id !== seen.frame.id) return false;
    return sight.of(seen, 'reaches', hit.local.x, hit.local.y).catch(() => false);
  };
  /** A link around a heading and a price has gaps, and its middle may lie in one: then the middle of a line of it. */
  const lineOf = async (seen: Seen): Promise<Point | null> => {
    if (seen.frame.parent !== null) return null;
    const { quads } = await seen.frame.target.session
      .send('DOM.getContentQuads', { objectId: seen.objectId })
      .catch(() => ({ quads: [] }));
    for (const [x1 = 0, y1 = 0, , , x2 = 0, y2 = 0] of quads.slice(0, 8)) {
      const at = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
      if (Math.abs(x2 - x1) > 3 && Math.abs(y2 - y1) > 3 && (await reaches(seen, at))) return at;
    }
    return null;
  };
  const pointAt = async (seen: Seen, offset?: ClickOptions['offset']) => {
    const box = await locate(seen);
    if (!box) return null;
    if (offset && offset.x >= 0 && offset.y >= 0 && offset.x <= box.width && offset.y <= box.height) {
      const at = { x: box.x + offset.x, y: box.y + offset.y };
      return { at, reaches: await reaches(seen, at) };
    }
    const at = middle(box);
    if (await reaches(seen, at)) return { at, reaches: true };
    const line = await lineOf(seen);
    return { at: line ?? at, reaches: line !== null };
  };
  const onTop: Hands['onTop'] = async (seen) => {
    const box = await locate(seen);
    return box !== null && ((await reaches(seen, middle(box))) || (await lineOf(seen)) !== null);
  };
  const click: Hands['click'] = async (seen, options = {}) => {
    for (let tries = 1; ; tries++) {
      const point = await pointAt(seen, options.offset);
      if (!point) return false;
      await sight.of(seen, 'expectPress').catch(() => undefined);
      await press(point.at, options);
      // Whatever lies on top takes it, once; and where the document is gone the click has done what it does.
      if (!point.reaches || tries === TRIES || (await sight.of(seen, 'wasPressed').catch(() => true)))
        return true;
    }
  };
  const press = async (at: Point, { button = 'left', count = 1 }: ClickOptions): Promise<void> => {
    if (mobile) return brake.race(walker.touchscreen.tap(at.x, at.y));
    await brake.race(walker.mouse.move(at.x, at.y, { steps: 4 }));
    for (let clickCount = 1; clickCount <= count; clickCount++) {
      await brake.race(walker.mouse.down({ button, clickCount }));
      await brake.sleep(jitter(20));
      await brake.race(walker.mouse.up({ button, clickCount }));
    }
  };
  const hover: Hands['hover'] = async (seen) => {
    const point = await pointAt(seen);
    if (point) await brake.race(walker.mouse.move(point.at.x, point.at.y, { steps: 4 }));
    return point !== null;
  };
  const type: Hands['type'] = async (text, pace) => {
    for (const char of text) {
      // Kana and kanji come from an input method: composed elsewhere, inserted at once.
      if (char.codePointAt(0)! > 0x7e) await brake.race(walker.keyboard.insertText(char));
      else await brake.race(walker.keyboard.press(char === ' ' ? 'Space' : char));
      await brake.sleep(jitter(pace));
    }
  };
  const enter: Hands['enter'] = async (text) => {
    const most = text.slice(0, -1);
    if (most) await brake.race(walker.keyboard.insertText(most));
    await type(text.slice(-1), 4);
  };
  const field: Hands['field'] = async () => {
    const main = tree.main(page);
    const seen = main && (await focusedElement(sight, main));
    return seen && (await sight.of(seen, 'editable').catch(() => false)) ? seen : null;
  };
  return { click, hover, type, enter, press: (key) => brake.race(walker.keyboard.press(key)), field, onTop };
}
