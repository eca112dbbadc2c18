import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Canary, CardField } from '@komainu/model';
import type { EventOf, Session } from '../cdp/connection.ts';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Watcher } from '../observe/observer.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import type { Seen } from '../page/sight.ts';
import type { Gaps } from '../witness/witness.ts';
import { createArmoury, isLeft } from './armoury.ts';
import { BITS } from './needles.ts';
import { indexScripts } from './script-index.ts';
import { sourceOf } from './source.ts';
import { createTelling, evaluate, type Happened, lostTo, type Watched } from './telling.ts';

export interface Attribution extends Watcher {
  /** A card value is about to be typed into this element: from the first on, calls are watched. */
  mark(seen: Seen, field: CardField): Promise<void>;
  /** Fetches what was not told at once; before the page is left. */
  settle(): Promise<void>;
  /** No more stops: the visit ends. */
  end(): void;
  /** Whether a script is the probe's own. */
  ours(url: string): boolean;
  /** How often the page was stopped. */
  readonly stops: () => number;
}

interface Options {
  readonly canary: Canary;
  readonly frames: FrameTree;
  readonly gaps: Gaps;
  /** Gives how to count more of it. */
  readonly happened: (act: Happened, count: number) => (more: number) => void;
}

/** Stops in one visit. */
const STOPS = 600;
const MARK_TRIES = 3;
const MARK_PAUSE = 100;
/** Milliseconds a page is held at most, whatever does not answer. */
const LONGEST_STOP = 4_000;

export function createAttribution({ canary, frames, gaps, happened }: Options): Attribution {
  // A word no page knows: the name of the reporter in every realm, of its events and scripts.
  const token = `k${randomBytes(16).toString('hex')}`;
  const reporter = sourceOf(token, canary);
  const watched = new Map<string, Watched>();
  const marked: { readonly target: Target; readonly objectId: string; readonly field: CardField }[] = [];
  const stuck = new Set<Watched>();
  let armed = false;
  let over = false;
  let stops = 0;
  // One after the other: two targets of one process must not both install.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const lost = lostTo(gaps);
  const telling = createTelling({ token, reporter, frames, gaps, happened });

  const attach = (target: Target): readonly Promise<unknown>[] => {
    const { session } = target;
    const item: Watched = {
      target,
      index: indexScripts(session, token),
      armoury: createArmoury(session, token),
      known: new Map(),
    };
    watched.set(target.id, item);
    session.onGone(() => watched.delete(target.id));
    session.on('Debugger.paused', (event) => void stopped(item, event));
    if (!hasFrames(target))
      // Before its first line; to evaluate while it still waits to be started would crash the process.
      return [
        session.send('Debugger.setInstrumentationBreakpoint', { instrumentation: 'beforeScriptExecution' }),
      ];
    return [
      passOver(session),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: reporter, runImmediately: true }),
      ...(armed ? [guard(session)] : []),
    ];
  };
  /** A page's `debugger` does not stop it: no script of its own is worth a stop. Natives and our own still are. */
  const passOver = (session: Session): Promise<unknown> =>
    session.send('Debugger.setBlackboxPatterns', { patterns: [`^(?!${token})`], skipAnonymous: true });
  /** Where there are no breakpoints yet, a new realm stops before its first script, so that they are installed. */
  const guard = (session: Session): Promise<unknown> =>
    session.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `if(!${token}.alive())debugger;\n//# sourceURL=${token}`,
    });

  const stopped = async (item: Watched, event: EventOf<'Debugger.paused'>): Promise<void> => {
    const { session } = item.target;
    stops += 1;
    try {
      await within(LONGEST_STOP, over ? Promise.resolve() : attend(item, event));
    } catch (error) {
      // A frame's first, empty document gives way to the real one of another process even while the page stands still: it
      // is gone, and what comes has its own first stop. No script of the page can bring that about during a stop.
      if (watched.has(item.target.id) && !isLeft(error))
        lost(item.target, `stopped by ${event.reason}`, error);
    } finally {
      await session.send('Debugger.resume', {}).catch(() => undefined);
    }
  };
  const attend = async (item: Watched, event: EventOf<'Debugger.paused'>): Promise<void> => {
    if (stops > STOPS) await giveUp(item);
    else if (event.reason === 'instrumentation') await started(item, event);
    else if (item.index.ours(event.callFrames[0]?.location.scriptId)) await renewed(item);
    else if (event.reason === 'other') await telling.stopped(item, event);
  };
  /** A page that makes us stop without end is let go; what it does from now on is not told. */
  const giveUp = async ({ target }: Watched): Promise<void> => {
    await target.session.send('Debugger.setBreakpointsActive', { active: false });
    gaps.limit({ en: 'acts with typed values', ja: '入力値に対する操作' }, STOPS, target.url);
  };
  /** A new document, before its first script. */
  const renewed = async (item: Watched): Promise<void> => {
    const { result } = await evaluate(item.target.session, token, 'location.href');
    // Where a visit ends.
    if (item.target.kind === 'page' && result.value === 'about:blank') return;
    await inTurn(() => item.armoury.arm(true));
  };
  const started = async (item: Watched, event: EventOf<'Debugger.paused'>): Promise<void> => {
    const { session } = item.target;
    const prepared = async (): Promise<void> => {
      await evaluate(session, token, reporter);
      if (armed) await item.armoury.arm(true);
    };
    await Promise.all([
      session.send('Debugger.removeBreakpoint', {
        breakpointId: event.hitBreakpoints?.[0] ?? '8:beforeScriptExecution',
      }),
      // Only now: a script that is passed over does not stop before it begins.
      passOver(session),
      prepared(),
    ]);
  };

  const armAll = async (): Promise<void> => {
    if (!armed) {
      armed = true;
      await Promise.all(
        [...watched.values()]
          .filter(({ target }) => hasFrames(target))
          .map(({ target }) =>
            guard(target.session).catch((error: unknown) => lost(target, 'guarding', error)),
          ),
      );
    }
    await Promise.all(
      [...watched.values()]
        .filter((item) => !stuck.has(item))
        .map(async (item) => {
          const arm = (): Promise<void> => within(LONGEST_STOP, item.armoury.arm(false));
          try {
            await (hasFrames(item.target) ? inTurn(arm) : arm());
          } catch (error) {
            // A worker in an endless loop: asked once.
            stuck.add(item);
            if (watched.has(item.target.id)) lost(item.target, 'arming', error);
          }
        }),
    );
  };

  const listeners = async (target: Target, objectId: string, field: CardField): Promise<void> => {
    const item = watched.get(target.id);
    if (item) await telling.listeners(item, objectId, field);
  };
  /** The element as the page's own realm knows it. */
  const markOnce = async ({ frame, objectId }: Seen, field: CardField): Promise<string> => {
    const { session } = frame.target;
    const { node } = await session.send('DOM.describeNode', { objectId });
    const { object } = await session.send('DOM.resolveNode', { backendNodeId: node.backendNodeId });
    if (!object.objectId) throw new Error('no such node');
    const { exceptionDetails } = await session.send('Runtime.callFunctionOn', {
      objectId: object.objectId,
      functionDeclaration: `function(bit){${token}.mark(this,bit)}\n//# sourceURL=${token}\n`,
      arguments: [{ value: BITS[field] }],
      silent: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return object.objectId;
  };
  const mark: Attribution['mark'] = async (seen, field) => {
    const { target } = seen.frame;
    await armAll();
    for (let tries = 1; ; tries++)
      try {
        const objectId = await markOnce(seen, field);
        await listeners(target, objectId, field);
        return void marked.push({ target, objectId, field });
      } catch (error) {
        // Nothing has been typed yet: a document that is just being put in its place may be asked again.
        if (tries === MARK_TRIES) return lost(target, `marking ${field}`, error);
        await sleep(MARK_PAUSE);
      }
  };
  const settle: Attribution['settle'] = async () => {
    if (!armed) return;
    // Listeners that came while it was typed; fields that went away since have none.
    await Promise.all(
      marked.map((item) => listeners(item.target, item.objectId, item.field).catch(() => undefined)),
    );
    await Promise.all(
      [...watched.values()].flatMap((item) =>
        item.index.realms().map((context) => telling.drain(item, context).catch(() => undefined)),
      ),
    );
  };
  return {
    attach,
    mark,
    settle,
    end: () => void (over = true),
    ours: (url) => url.startsWith(token),
    stops: () => stops,
  };
}

/** @throws Error when it takes longer */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
