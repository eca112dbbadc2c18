import { type CardField, instant, type ScriptAct, text } from '@komainu/model';
import type { EventOf, Session } from '../cdp/connection.ts';
import { failure } from '../failures.ts';
import type { FrameTree } from '../observe/frame-tree.ts';
import type { Target } from '../observe/target.ts';
import type { Gaps } from '../witness/witness.ts';
import type { Armoury } from './armoury.ts';
import { inspect } from './inspect.ts';
import { listenersAt } from './listeners.ts';
import { fieldsOf } from './needles.ts';
import type { Report, Told } from './page/types.ts';
import { ROWS } from './rows.ts';
import type { ScriptIndex } from './script-index.ts';

/** An act as it happened once; the witness counts the like. */
export type Happened = Omit<ScriptAct, 'count' | 'at'> & { readonly at: ScriptAct['at'] };

export interface Watched {
  readonly target: Target;
  readonly index: ScriptIndex;
  readonly armoury: Armoury;
  /** Acts by realm and id, to count more of them. */
  readonly known: Map<string, (more: number) => void>;
}

/** Turns stops into acts. */
export interface Telling {
  /** The page stands still at a call that matters, or seems to. */
  stopped(item: Watched, event: EventOf<'Debugger.paused'>): Promise<void>;
  /** What a realm's reporter could not tell at once. */
  drain(item: Watched, context: number): Promise<void>;
  listeners(item: Watched, objectId: string, field: CardField): Promise<void>;
}

interface Options {
  readonly token: string;
  /** Source of the reporter, for a realm that has none. */
  readonly reporter: string;
  readonly frames: FrameTree;
  readonly gaps: Gaps;
  /** Gives how to count more of it. */
  readonly happened: (act: Happened, count: number) => (more: number) => void;
}

export function createTelling({ token, reporter, frames, gaps, happened }: Options): Telling {
  const lost = lostTo(gaps);

  const stopped: Telling['stopped'] = async (item, event) => {
    const { session } = item.target;
    const caller = item.index.of(event.callFrames[0]?.location.scriptId);
    // Natives of another realm stop with that realm's report: the caller's first, then the newest.
    const realms = [...(caller ? [caller.context] : []), ...item.index.realms().slice(-16).toReversed()];
    /** By realm: whether it has a reporter. */
    const asked = new Map<number, boolean>();
    let isLeft = false;
    /** Has one of them told of the stop, or been given a reporter? */
    const hasTold = async (contexts: readonly number[]): Promise<boolean> => {
      for (const context of contexts) {
        if (asked.has(context)) continue;
        const { result } = await evaluate(
          session,
          token,
          `typeof ${token}==='object'?${token}.take():undefined`,
          context,
        ).catch(() => ({ result: { type: 'undefined' } as const }));
        asked.set(context, result.type !== 'undefined');
        const report = ('value' in result ? result.value : undefined) as Report | null | undefined;
        if (result.type === 'undefined' && context === caller?.context) {
          // A world of our own that was never given a reporter, or a realm that slipped through.
          const source = caller.page ? reporter : `const ${token}={hit(){return false}}`;
          const given = await evaluate(session, token, source, context).then(
            () => true,
            () => false,
          );
          if (given) {
            if (caller.page) lost(item.target, 'stopped', 'a realm without a reporter');
            return true;
          }
          // V8 gives the same text in a new document the old script, whose realm is gone: the stop is another realm's.
          isLeft = caller.page;
          continue;
        }
        if (!report) continue;
        await take(item, event, context, report);
        return true;
      }
      return false;
    };
    if ((await hasTold(realms)) || !isLeft) return;
    const realm = await introduce(item, event).catch(() => null);
    // With nothing to tell where the page stands it is as with any caller: a stop that was told already, or of no row.
    if (realm !== null && ((await hasTold([realm])) || asked.get(realm) === true)) return;
    lost(item.target, 'stopped', 'nobody told of it, and the realm of its script is gone');
  };
  let introduced = 0;
  /** The realm in which the page stands still, by its global object: a text that was never there is a new script. */
  const introduce = async (
    { target, index }: Watched,
    event: EventOf<'Debugger.paused'>,
  ): Promise<number | null> => {
    const scope = event.callFrames[0]?.scopeChain.findLast(({ type }) => type === 'global');
    if (!scope?.object.objectId) return null;
    await target.session.send('Runtime.callFunctionOn', {
      objectId: scope.object.objectId,
      functionDeclaration: `function(){/*${introduced++}*/}\n//# sourceURL=${token}\n`,
      silent: true,
    });
    return index.newest();
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
  const drain: Telling['drain'] = async (item, context) => {
    const { result } = await evaluate(
      item.target.session,
      token,
      `typeof ${token}==='object'?${token}.drain():null`,
      context,
    );
    const rest = result.value as { late: Told[]; again: [number, number][] } | null | undefined;
    if (!rest) return;
    for (const late of rest.late) keep(item, -1, late, item.index.sites(late.stack ?? []), null);
    for (const [id, more] of rest.again) item.known.get(`${context} ${id}`)?.(more);
  };

  const listeners: Telling['listeners'] = async (item, objectId, field) => {
    const { target } = item;
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
  return { stopped, drain, listeners };
}

/** A target in which something may have gone unseen. */
export const lostTo =
  (gaps: Gaps) =>
  (target: Target, during: string, error: unknown): void =>
    gaps.add(
      failure(
        'target-lost',
        text(
          'In a page, frame or worker it could not be watched from the start which script reads the card.',
          'どのスクリプトがカード情報を読み取るかを、最初から監視できなかったページ、フレーム、またはワーカーがあります。',
        ),
        {
          url: target.url,
          detail: `${target.kind}, ${during}: ${error instanceof Error ? error.message : String(error)}`,
        },
      ),
    );

export const evaluate = (session: Session, token: string, expression: string, context?: number) =>
  session.send('Runtime.evaluate', {
    expression: `${expression}\n//# sourceURL=${token}`,
    returnByValue: true,
    silent: true,
    ...(context === undefined ? {} : { contextId: context }),
  });
