import type { Frame, FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Seen, Sight } from '../page/sight.ts';

export type Selectors = readonly (string | readonly string[])[];

/** `aria/Name[role="button"]` as Chrome DevTools Recorder writes it. */
const ARIA = /^aria\/(.*?)(?:\[role="([^"]*)"\])?$/;

/** Where a step happens, as Recorder writes it: `target` is `main`, or the address of a frame in another process. */
export interface Place {
  readonly target?: string | undefined;
  readonly frame?: readonly number[] | undefined;
}

/** The frame a step means: child indexes from its target's down. */
export function frameAt(tree: FrameTree, page: Target, { target, frame: path }: Place): Frame | null {
  const elsewhere = target !== undefined && target !== 'main' && target !== '';
  let frame = (elsewhere ? tree.all().find(({ url }) => sameDocument(url, target)) : tree.main(page)) ?? null;
  for (const index of path ?? []) frame = (frame && tree.children(frame.id)[index]) ?? null;
  return frame;
}

/** The query of a provider's frame holds a session. */
function sameDocument(url: string, target: string): boolean {
  const [a, b] = [URL.parse(url), URL.parse(target)];
  return a !== null && b !== null && a.origin === b.origin && a.pathname === b.pathname;
}

/** Whether an alternative says what the element is, and not only where it stands among others. */
export function names(alternative: string | readonly string[]): boolean {
  const chain = typeof alternative === 'string' ? [alternative] : alternative;
  const last = chain.at(-1) ?? '';
  if (/^(aria|text)\//.test(last)) return true;
  // What stands in quotes is a value, whatever signs it holds.
  const bare = last.replace(/^(pierce|xpath)\//, '').replace(/"[^"]*"|'[^']*'/g, '""');
  return !/nth-|\[\d+\]/.test(bare) && /[#.[@]/.test(bare.split(/\s*[>/]\s*/).at(-1) ?? '');
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
  const at = chain.findIndex((link) => link.startsWith('aria/'));
  if (at < 0) return sight.find(frame, chain);
  // Names are computed by nobody but the browser: below a document or an element, its shadow root included.
  let hosts: readonly string[] =
    at > 0 ? (await sight.find(frame, chain.slice(0, at))).map(idOf) : [await documentOf(sight, frame)];
  let found: readonly Seen[] = [];
  for (const link of chain.slice(at)) {
    if (!link.startsWith('aria/')) return [];
    found = (await Promise.all(hosts.slice(0, 20).map((host) => named(sight, frame, host, link)))).flat();
    hosts = found.map(idOf);
  }
  return found;
}

const idOf = (seen: Seen): string => seen.objectId;

async function documentOf(sight: Sight, frame: Frame): Promise<string> {
  const { result } = await frame.target.session.send('Runtime.evaluate', {
    expression: 'document',
    contextId: await sight.worldOf(frame),
  });
  return result.objectId ?? '';
}

/** What has the accessible name, and the role if one is said, under a node. */
async function named(sight: Sight, frame: Frame, objectId: string, link: string): Promise<readonly Seen[]> {
  const [, name = '', role] = ARIA.exec(link) ?? [];
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
