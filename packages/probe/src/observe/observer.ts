import type { TargetKind } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { Connection, EventOf, Session } from '../cdp/connection.ts';
import { AUTO_ATTACH, hasFrames, kindOf, type Target } from './target.ts';

/** Everything that wants to know a target before its first script runs. */
export interface Watcher {
  /** Registers its listeners and sends its commands at once, without waiting for answers in between. */
  attach(target: Target): readonly Promise<unknown>[];
  /** What must have ended before a page or frame runs its first script. */
  hold?(target: Target): Promise<unknown>;
}

/** Attaches to every target of the browser contexts it was given; what belongs to none is let go at once. */
export interface Observer {
  /** From now on the targets of this browser context are the watchers'. */
  watch(contextId: string, watchers: readonly Watcher[]): ContextWatch;
}

export interface ContextWatch {
  /** The first page, once everything is set up on it. */
  readonly firstPage: Promise<Target>;
  targets(): readonly Target[];
  /** Targets on which some command failed while they were alive; untrusted addresses. */
  readonly trouble: readonly { readonly target: Target; readonly reason: string }[];
  end(): void;
}

interface Watched extends ContextWatch {
  readonly alive: Map<string, Target>;
  readonly watchers: readonly Watcher[];
  readonly trouble: { target: Target; reason: string }[];
  ready(target: Target): void;
}

export async function startObserver(connection: Connection): Promise<Observer> {
  const contexts = new Map<string, Watched>();
  /**
   * Sessions that only hold a frame of another process back, by target. The one that a page's auto-attach gives for it
   * ends when the page commits its next document, before the frame's `pagehide` is heard of; one that was asked for
   * lives as long as the frame, and sees its last beacons.
   */
  const holding = new Map<string, Session>();

  const attached = (event: EventOf<'Target.attachedToTarget'>, parent: Session): void => {
    const info = event.targetInfo;
    const session = connection.session(event.sessionId);
    const watched = contexts.get(info.browserContextId ?? '');
    const kind = kindOf(info);
    // A service worker is announced by the browser and again by its page: the second session would see everything twice.
    if (!watched || !kind || watched.alive.has(info.targetId)) {
      void release(session, parent);
      return;
    }
    if (kind === 'frame' && parent !== connection.root) {
      holding.set(info.targetId, session);
      session.onGone(() => holding.delete(info.targetId));
      const refused = (): void =>
        holding.has(info.targetId) ? take(watched, kind, info, session) : undefined;
      connection.root
        .send('Target.attachToTarget', { targetId: info.targetId, flatten: true })
        .catch(refused);
      return;
    }
    take(watched, kind, info, session);
  };

  const take = (
    watched: Watched,
    kind: TargetKind,
    info: Protocol.Target.TargetInfo,
    session: Session,
  ): void => {
    const target: Target = {
      id: info.targetId,
      kind,
      session,
      url: info.url,
      parentFrame: info.parentFrameId ?? null,
    };
    watched.alive.set(target.id, target);
    session.onGone(() => watched.alive.delete(target.id));
    session.on('Target.attachedToTarget', (e) => attached(e, session));
    const setUp = [
      ...watched.watchers.flatMap((watcher) => watcher.attach(target)),
      session.send('Target.setAutoAttach', AUTO_ATTACH),
      // In the same breath: a session's commands are carried out in order, and some of a worker's are answered only
      // once it runs. A service worker that is kept waiting hangs its page.
      held(watched.watchers, target, () => run(holding.get(info.targetId) ?? session)),
    ];
    void report(watched, target, setUp);
  };

  const watch = (contextId: string, watchers: readonly Watcher[]): ContextWatch => {
    const first = Promise.withResolvers<Target>();
    const alive = new Map<string, Target>();
    const watched: Watched = {
      alive,
      watchers,
      trouble: [],
      firstPage: first.promise,
      ready: (target) => {
        if (target.kind === 'page') first.resolve(target);
      },
      targets: () => [...alive.values()],
      end: () => void contexts.delete(contextId),
    };
    contexts.set(contextId, watched);
    return watched;
  };

  connection.root.on('Target.attachedToTarget', (event) => attached(event, connection.root));
  await connection.root.send('Target.setAutoAttach', AUTO_ATTACH);
  return { watch };
}

/** Fails only where nothing is left to run. */
const run = (session: Session): Promise<unknown> =>
  session.send('Runtime.runIfWaitingForDebugger').catch(() => undefined);

/** At once, unless somebody needs the moment before the first script. */
async function held(
  watchers: readonly Watcher[],
  target: Target,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const holds = hasFrames(target) ? watchers.flatMap((watcher) => watcher.hold?.(target) ?? []) : [];
  if (holds.length > 0) await Promise.allSettled(holds);
  return run();
}

/** What a target refused while it was alive is trouble; a target that went away is none. */
async function report(watched: Watched, target: Target, setUp: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(setUp);
  if (watched.alive.get(target.id) === target)
    for (const result of results)
      if (result.status === 'rejected')
        watched.trouble.push({
          target,
          reason: result.reason instanceof Error ? result.reason.message : String(result.reason),
        });
  watched.ready(target);
}

/** The target may be gone already, which is what is wanted. */
async function release(session: Session, parent: Session): Promise<void> {
  await run(session);
  if (session.id)
    await parent.send('Target.detachFromTarget', { sessionId: session.id }).catch(() => undefined);
}
