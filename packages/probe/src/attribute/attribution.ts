import { randomBytes } from 'node:crypto';
import { type Canary, type CardField, instant, type ScriptAct, text } from '@komainu/model';
import { type EventOf, type Session } from '../cdp/connection.ts';
import { failure } from '../failures.ts';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Watcher } from '../observe/observer.ts';
import { hasFrames, type Target } from '../observe/target.ts';
import type { Seen } from '../page/sight.ts';
import type { Gaps } from '../witness/witness.ts';
import { type Armoury, createArmoury } from './armoury.ts';
import { inspect } from './inspect.ts';
import { listenersAt } from './listeners.ts';
import { BITS, fieldsOf } from './needles.ts';
import type { Report, Told } from './page/types.ts';
import { ROWS } from './rows.ts';
import { indexScripts, type ScriptIndex } from './script-index.ts';
import { sourceOf } from './source.ts';

/** An act as it happened once; the witness counts the like. */
export type Happened = Omit<ScriptAct, 'count' | 'at'> & { readonly at: ScriptAct['at'] };

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

interface Watched {
  readonly target: Target;
  readonly index: ScriptIndex;
  readonly armoury: Armoury;
  /** Acts by realm and id, to count more of them. */
  readonly known: Map<string, (more: number) => void>;
}

/** Stops in one visit. */
const STOPS = 600;

export function createAttribution({ canary, frames, gaps, happened }: Options): Attribution {
  // A word no page knows: the name of the reporter in every realm, of its events and scripts.
  const token = `k${randomBytes(16).toString('hex')}`;
  const reporter = sourceOf(token, canary);
  const watched = new Map<string, Watched>();
  const marked: { readonly target: Target; readonly objectId: string; readonly field: CardField }[] = [];
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

  const lost = (target: Target, error: unknown): void =>
    gaps.add(
      failure(
        'target-lost',
        text(
          'In a page, frame or worker it could not be watched from the start which script reads the card.',
          'どのスクリプトがカード情報を読み取るかを、最初から監視できなかったページ、フレーム、またはワーカーがあります。',
        ),
        { url: target.url, detail: error instanceof Error ? error.message : String(error) },
      ),
    );
  const evaluate = (session: Session, expression: string, context?: number) =>
    session.send('Runtime.evaluate', {
      expression: `${expression}\n//# sourceURL=${token}`,
      returnByValue: true,
      silent: true,
      ...(context === undefined ? {} : { contextId: context }),
    });

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
      if (over) return;
      if (stops > STOPS) return await giveUp(item);
      if (event.reason === 'instrumentation') await started(item, event);
      else if (item.index.ours(event.callFrames[0]?.location.scriptId)) await renewed(item);
      else if ((event.hitBreakpoints ?? []).length > 0 || event.reason === 'other') await told(item, event);
    } catch (error) {
      if (watched.has(item.target.id)) lost(item.target, error);
    } finally {
      await session.send('Debugger.resume', {}).catch(() => undefined);
    }
  };
  /** A page that makes us stop without end is let go; what it does from now on is not told. */
  const giveUp = async ({ target }: Watched): Promise<void> => {
    await target.session.send('Debugger.setBreakpointsActive', { active: false });
    gaps.limit({ en: 'acts with typed values', ja: '入力値に対する操作' }, STOPS, target.url);
  };
  /** A new document, before its first script. */
  const renewed = async (item: Watched): Promise<void> => {
    const { result } = await evaluate(item.target.session, 'location.href');
    // Where a visit ends.
    if (item.target.kind === 'page' && result.value === 'about:blank') return;
    await inTurn(() => item.armoury.arm(true));
  };
  const started = async (item: Watched, event: EventOf<'Debugger.paused'>): Promise<void> => {
    const { session } = item.target;
    const removed = session.send('Debugger.removeBreakpoint', {
      breakpointId: event.hitBreakpoints?.[0] ?? '8:beforeScriptExecution',
    });
    // Only now: a script that is passed over does not stop before it begins.
    const passed = passOver(session);
    await evaluate(session, reporter);
    if (armed) await inTurn(() => item.armoury.arm(true));
    await Promise.all([removed, passed]);
  };

  const told = async (item: Watched, event: EventOf<'Debugger.paused'>): Promise<void> => {
    const { session } = item.target;
    const caller = item.index.of(event.callFrames[0]?.location.scriptId);
    // Natives of another realm stop with that realm's report: the caller's first, then the newest.
    const realms = new Set([
      ...(caller ? [caller.context] : []),
      ...item.index.realms().slice(-16).toReversed(),
    ]);
    for (const context of realms) {
      const { result } = await evaluate(
        session,
        `typeof ${token}==='object'?${token}.take():undefined`,
        context,
      ).catch(() => ({ result: { type: 'undefined' } as const }));
      const report = ('value' in result ? result.value : undefined) as Report | null | undefined;
      if (result.type === 'undefined' && context === caller?.context) {
        // A world of our own that was never given a reporter, or a realm that slipped through.
        await evaluate(session, caller.page ? reporter : `const ${token}={hit(){return false}}`, context);
        if (caller.page) lost(item.target, 'a realm without a reporter');
        return;
      }
      if (!report) continue;
      await take(item, event, context, report);
      return;
    }
  };
  const take = async (
    item: Watched,
    event: EventOf<'Debugger.paused'>,
    context: number,
    report: Report,
  ): Promise<void> => {
    if (report.kind === 'late') return drain(item, context);
    const row = ROWS[report.row];
    if (!row) return;
    if (report.kind === 'hot') {
      await item.armoury.rest(report.row);
      if (row.sampled) return;
      gaps.add(
        failure(
          'limit',
          text(
            `The page called ${row.api} so often that not every call was looked at.`,
            `ページによる ${row.api} の呼び出しが多すぎるため、すべては見ていません。`,
          ),
          { url: item.target.url },
        ),
      );
      return;
    }
    let { bits, detail } = report;
    if (bits === 0) {
      const inside = await inspect(item.target.session, token, context);
      bits = inside.bits;
      if (row.detail === 'algorithm' || row.api === 'RTCPeerConnection') detail = inside.name ?? detail;
    }
    if (bits === 0) return;
    const stack = item.index.stack(
      event.callFrames.map(({ location, functionName }) => ({
        scriptId: location.scriptId,
        functionName,
        lineNumber: location.lineNumber,
        columnNumber: location.columnNumber ?? 0,
      })),
      event.asyncStackTrace,
    );
    keep(
      item,
      context,
      { ...report, bits, detail },
      stack,
      item.index.of(event.callFrames[0]?.location.scriptId)?.frame,
    );
  };
  const keep = (
    item: Watched,
    context: number,
    report: Told,
    stack: ScriptAct['stack'],
    frame: string | null | undefined,
  ): void => {
    const row = ROWS[report.row];
    if (!row) return;
    const more = happened(
      {
        at: instant(),
        target: item.target.kind,
        frameUrl: frames.get(frame ?? item.target.id)?.url || item.target.url,
        act: row.act,
        api: row.api,
        fields: fieldsOf(report.bits),
        detail: report.detail,
        stack,
      },
      report.count,
    );
    item.known.set(`${context} ${report.id}`, more);
  };
  const drain = async (item: Watched, context: number): Promise<void> => {
    const { result } = await evaluate(
      item.target.session,
      `typeof ${token}==='object'?${token}.drain():null`,
      context,
    );
    const rest = result.value as { late: Told[]; again: [number, number][] } | null | undefined;
    if (!rest) return;
    for (const late of rest.late) keep(item, -1, late, item.index.sites(late.stack ?? []), null);
    for (const [id, more] of rest.again) item.known.get(`${context} ${id}`)?.(more);
  };

  const listeners = async (target: Target, objectId: string, field: CardField): Promise<void> => {
    const item = watched.get(target.id);
    if (!item) return;
    for (const listener of await listenersAt(target.session, token, objectId)) {
      const made = item.index.of(listener.scriptId);
      // What the probe or the driver of the browser listens for is in their own worlds.
      if (!made?.page) continue;
      happened(
        {
          at: instant(),
          target: target.kind,
          frameUrl: frames.get(made.frame ?? target.id)?.url || target.url,
          act: 'listen',
          api: 'EventTarget.addEventListener',
          fields: [field],
          detail: listener.type,
          stack: item.index.stack([{ ...listener, functionName: '' }]),
        },
        1,
      );
    }
  };
  const armAll = async (): Promise<void> => {
    if (!armed) {
      armed = true;
      await Promise.all(
        [...watched.values()]
          .filter(({ target }) => hasFrames(target))
          .map(({ target }) => guard(target.session).catch((error: unknown) => lost(target, error))),
      );
    }
    await Promise.all(
      [...watched.values()].map((item) =>
        inTurn(() => item.armoury.arm(false)).catch((error: unknown) => {
          if (watched.has(item.target.id)) lost(item.target, error);
        }),
      ),
    );
  };

  const mark: Attribution['mark'] = async (seen, field) => {
    const { target } = seen.frame;
    const { session } = target;
    try {
      await armAll();
      const { node } = await session.send('DOM.describeNode', { objectId: seen.objectId });
      const { object } = await session.send('DOM.resolveNode', { backendNodeId: node.backendNodeId });
      if (!object.objectId) throw new Error('no such node');
      const { exceptionDetails } = await session.send('Runtime.callFunctionOn', {
        objectId: object.objectId,
        functionDeclaration: `function(bit){${token}.mark(this,bit)}\n//# sourceURL=${token}\n`,
        arguments: [{ value: BITS[field] }],
        silent: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      marked.push({ target, objectId: object.objectId, field });
      await listeners(target, object.objectId, field);
    } catch (error) {
      lost(target, error);
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
        item.index.realms().map((context) => drain(item, context).catch(() => undefined)),
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
