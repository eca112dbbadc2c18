import type { Protocol } from 'devtools-protocol';
import type { Ground } from '../journey/walk.ts';
import type { Frame } from '../observe/frame-tree.ts';
import type { Seen } from '../page/sight.ts';
import { ariaSelector, inOrder, selectorsOf } from '../record/selectors.ts';
import { PLATFORMS } from './platforms.ts';
import { scanPage } from './scan.ts';
import type { Scene } from './scene.ts';

const MAX_CONTROLS = 600;
const PILOT = '(index) => globalThis.pilot?.[index] ?? null';

/** Calls a self-contained function in the isolated world of a frame. @throws whatever the page makes of it */
async function call(
  ground: Ground,
  frame: Frame,
  declaration: string,
  args: readonly Protocol.Runtime.CallArgument[],
  byValue: boolean,
): Promise<Protocol.Runtime.RemoteObject> {
  const { result, exceptionDetails } = await ground.brake.race(
    frame.target.session.send('Runtime.callFunctionOn', {
      functionDeclaration: declaration,
      executionContextId: await ground.sight.worldOf(frame),
      arguments: [...args],
      returnByValue: byValue,
      silent: true,
    }),
  );
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result;
}

/** What the main frame shows now; null while it shows nothing that answers. */
export async function lookAround(ground: Ground): Promise<Scene | null> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const main = ground.tree.main(ground.page);
    if (main === undefined) return null;
    try {
      // The eyes' helpers must be there first.
      await ground.brake.race(ground.sight.look(main, 'shown'));
      const args = [{ value: PLATFORMS }, { value: MAX_CONTROLS }];
      const { value } = await call(ground, main, scanPage.toString(), args, true);
      return value as Scene;
    } catch {
      ground.brake.check();
      // A page that goes elsewhere takes its world with it.
      await ground.settling.rest(150, 2_000);
    }
  }
  return null;
}

/** The element a control of the newest scene stands for. */
export async function elementAt(ground: Ground, index: number): Promise<Seen | null> {
  const frame = ground.tree.main(ground.page);
  if (frame === undefined) return null;
  const { objectId } = await call(ground, frame, PILOT, [{ value: index }], false);
  return objectId === undefined ? null : { frame, objectId };
}

/** How a recorded step names an element: alternatives of its selector, and the way down to its frame. */
export interface Named {
  readonly selectors: string[][];
  readonly frame?: number[];
}

export async function nameOf(ground: Ground, seen: Seen): Promise<Named> {
  const { session } = seen.frame.target;
  const found = await call(ground, seen.frame, selectorsOf.toString(), [{ objectId: seen.objectId }], true);
  const { steady, other } = found.value as ReturnType<typeof selectorsOf>;
  const tree = await ground.brake
    .race(session.send('Accessibility.getPartialAXTree', { objectId: seen.objectId, fetchRelatives: false }))
    .catch(() => null);
  const node = tree?.nodes.find((one) => !one.ignored);
  const aria = ariaSelector(String(node?.name?.value ?? ''), String(node?.role?.value ?? ''));
  const path = frameIndexes(ground, seen.frame);
  return { selectors: inOrder(steady, aria, other), ...(path.length > 0 ? { frame: path } : {}) };
}

function frameIndexes(ground: Ground, frame: Frame): number[] {
  const path: number[] = [];
  for (let at = ground.tree.get(frame.id); at && at.parent !== null; at = ground.tree.get(at.parent)) {
    const { id } = at;
    path.unshift(
      Math.max(
        0,
        ground.tree.children(at.parent).findIndex((one) => one.id === id),
      ),
    );
  }
  return path;
}
