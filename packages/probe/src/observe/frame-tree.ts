import type { Protocol } from 'devtools-protocol';
import { hasFrames, type Target } from './target.ts';

export interface Frame {
  readonly id: string;
  readonly parent: string | null;
  /** Untrusted. */
  readonly url: string;
  readonly name: string;
  /** Serialised; `null` for an opaque one. */
  readonly origin: string;
  /** Whose session runs it now; changes when it moves to another process. */
  readonly target: Target;
  /** Changes with every document. */
  readonly loader: string;
  /** The last address that was not blank: who a beacon sent while leaving belongs to. */
  readonly lastUrl: string;
}

/** The frames of a visit across processes, in the order in which they came, as Recorder's indexes count them. */
export interface FrameTree {
  readonly attach: (target: Target) => readonly Promise<unknown>[];
  readonly get: (id: string) => Frame | undefined;
  readonly all: () => readonly Frame[];
  readonly children: (id: string) => readonly Frame[];
  readonly main: (page: Target) => Frame | undefined;
  /** The document of a frame, or the nearest above one without an address of its own; also of a frame that is gone. Empty: none. */
  readonly documentOf: (id: string) => string;
  /** Documents committed in main frames since the start; a journey step compares. */
  readonly navigations: () => number;
  /** When a frame last came, went or navigated (ms since 1970). */
  readonly changedAt: () => number;
}

const MAX_GONE = 5_000;

export function createFrameTree(): FrameTree {
  const frames = new Map<string, Frame>();
  /** What is sent while leaving may be told of after the frame is gone. */
  const gone = new Map<string, string>();
  let navigations = 0;
  let changedAt = 0;

  const documentOf = (id: string): string => {
    for (let frame = frames.get(id); frame; frame = frames.get(frame.parent ?? ''))
      if (frame.lastUrl !== '') return frame.lastUrl;
    return gone.get(id) ?? '';
  };
  const set = (id: string, patch: Partial<Frame> & { readonly target: Target }): void => {
    changedAt = Date.now();
    const old = frames.get(id);
    const base = { id, parent: null, url: '', name: '', origin: 'null', loader: '', lastUrl: '' };
    const next = { ...base, ...old, ...patch };
    frames.set(id, { ...next, lastUrl: isBlank(next.url) ? next.lastUrl : next.url });
  };
  const navigated = (target: Target, frame: Protocol.Page.Frame): void => {
    // With its document its frames are gone; when it moves to another process, nobody tells of them.
    for (const child of frames.values()) if (child.parent === frame.id) remove(child.id);
    set(frame.id, {
      target,
      url: frame.url + (frame.urlFragment ?? ''),
      name: frame.name ?? frames.get(frame.id)?.name ?? '',
      // Opaque origins are given as `://` by the protocol.
      origin: /^[a-z]+:\/\/[^/]/.test(frame.securityOrigin) ? frame.securityOrigin : 'null',
      loader: frame.loaderId,
      ...(frame.parentId ? { parent: frame.parentId } : {}),
    });
    if (frame.id === target.id && target.kind === 'page') navigations += 1;
  };
  const remove = (id: string, above = ''): void => {
    changedAt = Date.now();
    const document = documentOf(id) || above;
    if (document !== '' && gone.size < MAX_GONE) gone.set(id, document);
    frames.delete(id);
    for (const frame of frames.values()) if (frame.parent === id) remove(frame.id, document);
  };

  const attach = (target: Target): readonly Promise<unknown>[] => {
    if (!hasFrames(target)) return [];
    const { session } = target;
    set(target.id, { target, ...(target.parentFrame ? { parent: target.parentFrame } : {}) });
    session.on('Page.frameAttached', (e) => set(e.frameId, { target, parent: e.parentFrameId }));
    session.on('Page.frameNavigated', (e) => navigated(target, e.frame));
    session.on('Page.navigatedWithinDocument', (e) => {
      if (frames.has(e.frameId)) set(e.frameId, { target, url: e.url });
    });
    session.on('Page.frameDetached', (e) => {
      // `swap`: it moves to another process and goes on living there.
      if (e.reason === 'remove') remove(e.frameId);
    });
    session.onGone(() => {
      if (target.kind === 'page') remove(target.id);
    });
    const walk = (tree: Protocol.Page.FrameTree): void => {
      // Older than what the events have told by now.
      if (!frames.get(tree.frame.id)?.loader) navigated(target, tree.frame);
      tree.childFrames?.forEach(walk);
    };
    return [
      session.send('Page.enable', {}),
      session.send('Page.getFrameTree').then((r) => walk(r.frameTree)),
    ];
  };
  return {
    attach,
    get: (id) => frames.get(id),
    all: () => [...frames.values()],
    children: (id) => [...frames.values()].filter((frame) => frame.parent === id),
    main: (page) => frames.get(page.id),
    documentOf,
    navigations: () => navigations,
    changedAt: () => changedAt,
  };
}

const isBlank = (url: string): boolean =>
  url === '' || url.startsWith('about:') || url.startsWith('chrome-error:');
