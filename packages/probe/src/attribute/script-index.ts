import type { StackFrame } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import type { EventOf, Session } from '../cdp/connection.ts';
import { LIMITS } from '../limits.ts';
import type { Site } from './page/types.ts';

interface Known {
  readonly context: number;
  readonly frame: string | null;
  /** False for worlds of the probe and of what drives the browser. */
  readonly page: boolean;
  /** Where it was loaded from; '' for evaluated text, whatever its `sourceURL` says. */
  readonly url: string;
  readonly created: Protocol.Runtime.StackTrace | undefined;
}

/** The scripts of one target by the debugger's ids, as far as stacks need them. */
export interface ScriptIndex {
  /** Realms of the page in which the reporter was started, newest last. */
  readonly realms: () => readonly number[];
  /** The realm of the newest script of our own. */
  newest(): number | null;
  of(scriptId: string | undefined): Known | undefined;
  ours(scriptId: string | undefined): boolean;
  /** Callers, then who made the callers' code, where it was loaded from nowhere; at most 16. */
  stack(calls: readonly Call[], parent?: Protocol.Runtime.StackTrace): readonly StackFrame[];
  sites(list: readonly Site[]): readonly StackFrame[];
}
interface Call {
  readonly scriptId: string;
  readonly functionName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** Must listen before `Debugger.enable` is sent. `token` begins the addresses of the probe's own scripts. */
export function indexScripts(session: Session, token: string): ScriptIndex {
  const scripts = new Map<string, Known>();
  const byHash = new Map<string, Known>();
  const own = new Set<string>();
  let realms: readonly number[] = [];
  let newest: number | null = null;

  session.on('Debugger.scriptParsed', (event: EventOf<'Debugger.scriptParsed'>) => {
    const data = event.executionContextAuxData as { isDefault?: boolean; frameId?: string } | undefined;
    const page = data?.isDefault !== false;
    if (event.url.startsWith(token)) {
      own.add(event.scriptId);
      newest = event.executionContextId;
      if (page && !realms.includes(event.executionContextId))
        realms = [...realms.slice(-200), event.executionContextId];
      return;
    }
    if (scripts.size >= LIMITS.scripts * 4) return;
    const known: Known = {
      context: event.executionContextId,
      frame: data?.frameId ?? null,
      page,
      url: event.embedderName ?? '',
      created: event.stackTrace,
    };
    scripts.set(event.scriptId, known);
    byHash.set(event.hash, known);
  });
  const frameOf = (call: Call): StackFrame => ({
    url: scripts.get(call.scriptId)?.url ?? '',
    function: call.functionName,
    line: call.lineNumber,
    column: call.columnNumber,
  });
  const stack: ScriptIndex['stack'] = (calls, parent) => {
    const all: Call[] = [...calls];
    for (let at = parent; at && all.length < LIMITS.stackFrames; at = at.parent) all.push(...at.callFrames);
    const makers: Call[] = [];
    const asked = new Set<string>();
    for (const call of all) {
      const known = scripts.get(call.scriptId);
      if (!known?.created || asked.has(call.scriptId)) continue;
      asked.add(call.scriptId);
      for (let at: Protocol.Runtime.StackTrace | undefined = known.created; at; at = at.parent)
        makers.push(...at.callFrames);
    }
    return [...all.slice(0, LIMITS.stackFrames - Math.min(makers.length, 4)), ...makers]
      .slice(0, LIMITS.stackFrames)
      .map(frameOf);
  };
  const sites: ScriptIndex['sites'] = (list) =>
    list.slice(0, LIMITS.stackFrames).map((site) => ({
      url: byHash.get(site.hash)?.url ?? '',
      function: site.function,
      line: site.line,
      column: site.column,
    }));
  return {
    realms: () => realms,
    newest: () => newest,
    of: (id) => (id === undefined ? undefined : scripts.get(id)),
    ours: (id) => id !== undefined && own.has(id),
    stack,
    sites,
  };
}
