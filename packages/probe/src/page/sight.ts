import type { Protocol } from 'devtools-protocol';
import { CdpError } from '../cdp/connection.ts';
import { LIMITS } from '../limits.ts';
import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Watcher } from '../observe/observer.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import { CARD_HINTS } from './card-hints.ts';
import { type Box, type Eyes, installEyes } from './eyes.ts';

/** An element somewhere in the page, held in the isolated world of its frame. */
export interface Seen {
  readonly frame: Frame;
  readonly objectId: string;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}
/** Where a frame's own viewport lies in the main frame's, and how much it is scaled. */
export interface Placement extends Box {
  readonly scale: number;
  readonly visible: boolean;
}

/** Closed shadow roots of a frame that stay closed: more than are opened, or (`reason`) why they would not open. */
export interface Unopened {
  readonly frame: Frame;
  readonly reason: string | null;
}

/** Looks into every frame of a page, without the page's noticing and beyond the reach of what it patches. */
export interface Sight extends Watcher {
  /** Calls a method of the eyes with plain values; gives its plain result. */
  look<K extends keyof Eyes>(
    frame: Frame,
    method: K,
    ...args: Parameters<Eyes[K]>
  ): Promise<ReturnType<Eyes[K]>>;
  /** A method that gives an element: a reference to it, null for none. */
  point(
    frame: Frame,
    method: 'kept' | 'topmost' | 'focused',
    ...args: readonly unknown[]
  ): Promise<Seen | null>;
  /** Elements found by a selector chain. */
  find(frame: Frame, chain: readonly string[]): Promise<readonly Seen[]>;
  /** A method with an element as its first argument. */
  of<
    K extends
      | 'visible'
      | 'box'
      | 'reaches'
      | 'describe'
      | 'select'
      | 'filled'
      | 'editable'
      | 'expectPress'
      | 'wasPressed',
  >(seen: Seen, method: K, ...args: readonly unknown[]): Promise<ReturnType<Eyes[K]>>;
  /** A backend node of the frame's target as an element of its isolated world. */
  adopt(frame: Frame, backendNodeId: number): Promise<Seen | null>;
  /** Execution context of the frame's isolated world. */
  worldOf(frame: Frame): Promise<number>;
  placement(frame: Frame): Promise<Placement | null>;
  /** The frame an element shows (iframe, object), if it does. */
  frameIn(seen: Seen): Promise<Frame | null>;
  /** Gives what it could not open; rejects when it could open nothing in this target. */
  openClosedRoots(page: Target, frames: readonly Frame[]): Promise<readonly Unopened[]>;
}

/** Not visible to pages; the name only keeps the world apart from Playwright's. */
const WORLD = 'komainu';
const INSTALL = `(${installEyes.toString()})();globalThis.eyes.setHints(${JSON.stringify(CARD_HINTS)});`;

export function createSight(frames: FrameTree): Sight {
  const worlds = new Map<string, Promise<number>>();

  const world = (frame: Frame): Promise<number> => {
    const key = `${frame.target.id} ${frame.id} ${frame.loader}`;
    const known = worlds.get(key);
    if (known) return known;
    const fresh = makeWorld(frame);
    worlds.set(key, fresh);
    fresh.catch(() => worlds.delete(key));
    return fresh;
  };
  const call = async (
    frame: Frame,
    declaration: string,
    args: readonly Protocol.Runtime.CallArgument[],
    byValue: boolean,
  ): Promise<Protocol.Runtime.RemoteObject> => {
    for (let attempt = 0; ; attempt++) {
      const now = frames.get(frame.id) ?? frame;
      const executionContextId = await world(now);
      try {
        const answer = await now.target.session.send('Runtime.callFunctionOn', {
          functionDeclaration: declaration,
          executionContextId,
          arguments: [...args],
          returnByValue: byValue,
          silent: true,
        });
        if (answer.exceptionDetails)
          throw new CdpError(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
        return answer.result;
      } catch (error) {
        // The document changed between two messages: once more in the new one, unless an element was meant.
        worlds.delete(`${now.target.id} ${now.id} ${now.loader}`);
        const elements = args.some((argument) => argument.objectId !== undefined);
        if (attempt > 0 || elements || !/context/i.test(String(error))) throw error;
      }
    }
  };
  const values = (args: readonly unknown[]): Protocol.Runtime.CallArgument[] =>
    args.map((value) => ({ value }));
  const asSeen = (frame: Frame, object: Protocol.Runtime.RemoteObject): Seen | null =>
    object.objectId && object.subtype === 'node' ? { frame, objectId: object.objectId } : null;

  const look: Sight['look'] = async (frame, method, ...args) =>
    (await call(frame, `function(...a){return eyes.${method}(...a)}`, values(args), true)).value as never;
  const point: Sight['point'] = async (frame, method, ...args) =>
    asSeen(frame, await call(frame, `function(...a){return eyes.${method}(...a)}`, values(args), false));
  const of: Sight['of'] = async (seen, method, ...args) =>
    (
      await call(
        seen.frame,
        `function(...a){return eyes.${method}(...a)}`,
        [{ objectId: seen.objectId }, ...values(args)],
        true,
      )
    ).value as never;
  const find: Sight['find'] = async (frame, chain) => {
    const list = await call(frame, 'function(c){return eyes.find(c).slice(0,50)}', [{ value: chain }], false);
    if (!list.objectId) return [];
    const { result } = await frame.target.session.send('Runtime.getProperties', {
      objectId: list.objectId,
      ownProperties: true,
    });
    return result.flatMap((item) =>
      item.value && /^\d+$/.test(item.name) ? (asSeen(frame, item.value) ?? []) : [],
    );
  };
  const adopt: Sight['adopt'] = async (frame, backendNodeId) => {
    const executionContextId = await world(frame);
    const { object } = await frame.target.session.send('DOM.resolveNode', {
      backendNodeId,
      executionContextId,
    });
    return object.objectId ? { frame, objectId: object.objectId } : null;
  };

  const placement = async (frame: Frame): Promise<Placement | null> => {
    const parent = frame.parent === null ? undefined : frames.get(frame.parent);
    if (!parent) {
      if (frame.parent !== null) return null;
      return { ...(await look(frame, 'viewport')), scale: 1, visible: true };
    }
    const above = await placement(parent);
    if (!above) return null;
    const { backendNodeId } = await parent.target.session.send('DOM.getFrameOwner', { frameId: frame.id });
    const owner = await adopt(parent, backendNodeId);
    if (!owner) return null;
    const inner = await call(parent, OWNER_BOX, [{ objectId: owner.objectId }], true);
    const at = inner.value as Box & { scale: number; visible: boolean };
    return {
      x: above.x + at.x * above.scale,
      y: above.y + at.y * above.scale,
      width: at.width * above.scale,
      height: at.height * above.scale,
      scale: above.scale * at.scale,
      visible: above.visible && at.visible,
    };
  };
  const frameIn: Sight['frameIn'] = async (seen) => {
    const { node } = await seen.frame.target.session.send('DOM.describeNode', { objectId: seen.objectId });
    return node.frameId ? (frames.get(node.frameId) ?? null) : null;
  };

  /** The page's script can make a shadow root that nobody else opens: a fake form's ideal place. */
  const openClosedRoots: Sight['openClosedRoots'] = async (target, inTarget) => {
    const shot = await target.session.send('DOMSnapshot.captureSnapshot', { computedStyles: [] });
    const unopened: Unopened[] = [];
    for (const document of shot.documents) {
      const frame = inTarget.find((item) => item.id === shot.strings[document.frameId]);
      const { shadowRootType, backendNodeId, parentIndex } = document.nodes;
      if (!frame || !shadowRootType || !backendNodeId) continue;
      // Every node inside a root carries the root's type; one of each root is enough.
      const inside = new Set(
        shadowRootType.index.filter((_, at) => shot.strings[shadowRootType.value[at] ?? -1] === 'closed'),
      );
      const roots: Protocol.Runtime.CallArgument[] = [];
      for (const node of inside) {
        if (inside.has(parentIndex?.[node] ?? -1)) continue;
        if (roots.length >= LIMITS.closedRoots) {
          unopened.push({ frame, reason: null });
          break;
        }
        try {
          const first = await adopt(frame, backendNodeId[node] ?? 0);
          if (first) roots.push({ objectId: first.objectId });
          else unopened.push({ frame, reason: 'no such node' });
        } catch (error) {
          unopened.push({ frame, reason: wordsOf(error) });
        }
      }
      if (roots.length > 0)
        await call(frame, 'function(...r){eyes.setClosedRoots(...r)}', roots, true).catch((error: unknown) =>
          unopened.push({ frame, reason: wordsOf(error) }),
        );
    }
    return unopened;
  };

  const attach = (target: Target): readonly Promise<unknown>[] =>
    hasFrames(target)
      ? [
          target.session.send('Page.addScriptToEvaluateOnNewDocument', {
            source: INSTALL,
            worldName: WORLD,
            runImmediately: true,
          }),
        ]
      : [];
  return { attach, look, point, find, of, adopt, worldOf: world, placement, frameIn, openClosedRoots };
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function makeWorld(frame: Frame): Promise<number> {
  const { session } = frame.target;
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frame.id,
    worldName: WORLD,
  });
  await session.send('Runtime.evaluate', {
    expression: `if(!globalThis.eyes){${INSTALL}}`,
    contextId: executionContextId,
    silent: true,
  });
  return executionContextId;
}

/** Where the content of an owner element lies: inside border and padding. */
const OWNER_BOX = `function(e){
  const r = e.getBoundingClientRect(), s = getComputedStyle(e);
  const scale = e.offsetWidth ? r.width / e.offsetWidth : 1;
  const px = (v) => parseFloat(v) || 0;
  return {
    x: r.x + (e.clientLeft + px(s.paddingLeft)) * scale, y: r.y + (e.clientTop + px(s.paddingTop)) * scale,
    width: r.width, height: r.height, scale, visible: eyes.visible(e),
  };
}`;
