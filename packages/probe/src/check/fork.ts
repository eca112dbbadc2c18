import type { Protocol } from 'devtools-protocol';
import type { OpenContext } from '../browser/browser.ts';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Watcher } from '../observe/observer.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import type { Sight } from '../page/sight.ts';

/** The state of a visit just before the first card value was typed: from here others go on. */
export interface Fork {
  /** Of the document that was typed into, when it was opened. */
  readonly address: string;
  readonly referrer: string;
  /** The first step of the journey that acted on that document. */
  readonly step: number;
  readonly cookies: readonly Protocol.Network.Cookie[];
  readonly stores: readonly Store[];
}
type Items = readonly (readonly [string, string])[];
interface Store {
  readonly origin: string;
  readonly local: Items;
  readonly session: Items;
}

/** Characters of all stores together; a page that keeps more is walked to anew. */
const MAX_STORED = 8_000_000;

/** Watches a walk for the place where others could join it. */
export interface ForkTaker extends Watcher {
  /** A step begins. */
  at(step: number): void;
  /** Null: a document that nobody can come back to, or more state than is carried over. */
  take(context: OpenContext, page: Target): Promise<Fork | null>;
}

export function createForkTaker(tree: FrameTree, sight: Sight): ForkTaker {
  let step = -1;
  let opened: { readonly address: string; readonly step: number; readonly posted: boolean } | null = null;
  let walked: string | null = null;
  const posts = new Set<string>();

  const attach = (target: Target): readonly Promise<unknown>[] => {
    if (target.kind !== 'page') return [];
    walked ??= target.id;
    if (target.id !== walked) return [];
    target.session.on('Network.requestWillBeSent', (event) => {
      if (event.type !== 'Document' || event.frameId !== target.id) return;
      if (event.request.method === 'GET') posts.delete(event.requestId);
      else posts.add(event.requestId);
    });
    target.session.on('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId || !/^https?:/.test(frame.url)) return;
      opened = {
        address: frame.url + (frame.urlFragment ?? ''),
        step: step + 1,
        posted: posts.has(frame.loaderId),
      };
    });
    return [];
  };

  const take: ForkTaker['take'] = async (context, page) => {
    if (!opened || opened.posted) return null;
    const main = tree.main(page);
    if (!main) return null;
    const [{ cookies }, ...found] = await Promise.all([
      context.connection.root.send('Storage.getCookies', { browserContextId: context.contextId }),
      ...tree.all().map((frame) => evaluate<Store & { referrer: string }>(sight, frame, READ)),
    ]);
    const stores = new Map<string, Store>();
    for (const store of found)
      if (store && (store.local.length > 0 || store.session.length > 0))
        stores.set(store.origin, { origin: store.origin, local: store.local, session: store.session });
    if (JSON.stringify([...stores.values()]).length > MAX_STORED) return null;
    const referrer = await evaluate<string>(sight, main, 'document.referrer');
    return {
      address: opened.address,
      referrer: referrer ?? '',
      step: opened.step,
      cookies,
      stores: [...stores.values()],
    };
  };
  return { attach, at: (index) => (step = index), take };
}

/** In the isolated world, which shares the stores with the page and nothing else. */
const READ = `(() => {
  try {
    return { origin: self.origin, local: Object.entries(localStorage), session: Object.entries(sessionStorage) };
  } catch { return null }
})()`;

async function evaluate<T>(
  sight: Sight,
  frame: Parameters<Sight['worldOf']>[0],
  expression: string,
): Promise<T | null> {
  try {
    const { result } = await frame.target.session.send('Runtime.evaluate', {
      expression,
      contextId: await sight.worldOf(frame),
      returnByValue: true,
      silent: true,
    });
    return (result.value as T | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Puts the cookies of a fork into a context that has not been used yet. */
export async function carryCookies(context: OpenContext, fork: Fork): Promise<void> {
  const cookies = fork.cookies.map(
    ({
      name,
      value,
      domain,
      path,
      expires,
      httpOnly,
      secure,
      session,
      sameSite,
      priority,
      partitionKey,
    }) => ({
      name,
      value,
      domain,
      path,
      httpOnly,
      secure,
      priority,
      ...(session ? {} : { expires }),
      ...(sameSite ? { sameSite } : {}),
      ...(partitionKey ? { partitionKey } : {}),
    }),
  );
  await context.connection.root.send('Storage.setCookies', {
    cookies,
    browserContextId: context.contextId,
  });
}

/**
 * Fills the stores before the first script of a document finds them empty; a store that holds something is being used
 * already.
 */
export function storesOf(fork: Fork): Watcher {
  const source = `{
    const store = ${JSON.stringify(fork.stores)}.find((one) => one.origin === self.origin);
    if (store) try {
      for (const [area, items] of [[localStorage, store.local], [sessionStorage, store.session]])
        if (area.length === 0) for (const [key, value] of items) area.setItem(key, value);
    } catch {}
  }`;
  return {
    attach: (target) =>
      hasFrames(target) && fork.stores.length > 0
        ? [
            target.session.send('Page.addScriptToEvaluateOnNewDocument', {
              source,
              worldName: 'komainu-stores',
              runImmediately: true,
            }),
          ]
        : [],
  };
}
