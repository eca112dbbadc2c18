import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Seen, Sight } from '../page/sight.ts';

export type Selectors = readonly (string | readonly string[])[];

/** `aria/Name[role="button"]` as Chrome DevTools Recorder writes it. */
const ARIA = /^aria\/(.*?)(?:\[role="([^"]*)"\])?$/;

/** The frame a step means: child indexes from the main frame down. */
export function frameAt(tree: FrameTree, page: Target, path: readonly number[] | undefined): Frame | null {
  let frame = tree.main(page) ?? null;
  for (const index of path ?? []) frame = (frame && tree.children(frame.id)[index]) ?? null;
  return frame;
}

/** Elements the first matching alternative finds in a frame. */
export async function matches(sight: Sight, frame: Frame, selectors: Selectors): Promise<readonly Seen[]> {
  for (const alternative of selectors) {
    const chain = typeof alternative === 'string' ? [alternative] : alternative;
    const found = await query(sight, frame, chain).catch(() => []);
    if (found.length > 0) return found;
  }
  return [];
}

/** The first visible element of any alternative, with whether hidden ones were found. */
export async function firstVisible(
  sight: Sight,
  frame: Frame,
  selectors: Selectors,
): Promise<{ readonly seen: Seen | null; readonly hidden: boolean }> {
  let hidden = false;
  for (const alternative of selectors) {
    const chain = typeof alternative === 'string' ? [alternative] : alternative;
    for (const seen of await query(sight, frame, chain).catch(() => [])) {
      if (await sight.of(seen, 'visible').catch(() => false)) return { seen, hidden };
      hidden = true;
    }
  }
  return { seen: null, hidden };
}

async function query(sight: Sight, frame: Frame, chain: readonly string[]): Promise<readonly Seen[]> {
  const first = chain[0] ?? '';
  if (!first.startsWith('aria/')) return sight.find(frame, chain);
  // Names of deeper links of a chain are computed by nobody but the browser, and only from the document down.
  if (chain.length > 1) return [];
  const [, name = '', role] = ARIA.exec(first) ?? [];
  const document = await frame.target.session.send('Runtime.evaluate', {
    expression: 'document',
    contextId: await sight.worldOf(frame),
  });
  const { objectId } = document.result;
  if (!objectId) return [];
  const { nodes } = await frame.target.session.send('Accessibility.queryAXTree', {
    objectId,
    ...(name ? { accessibleName: name } : {}),
    ...(role ? { role } : {}),
  });
  const found: Seen[] = [];
  for (const node of nodes.slice(0, 20)) {
    // The words inside a button have its name too; the button is meant.
    if (node.ignored || node.backendDOMNodeId === undefined) continue;
    if (node.role?.value === 'StaticText' || node.role?.value === 'InlineTextBox') continue;
    const seen = await sight.adopt(frame, node.backendDOMNodeId).catch(() => null);
    if (seen) found.push(seen);
  }
  return found;
}

/** For people: the selector a step is written with. */
export function shown(selectors: Selectors): string {
  const first = selectors[0] ?? '';
  return typeof first === 'string' ? first : first.join(' ');
}
