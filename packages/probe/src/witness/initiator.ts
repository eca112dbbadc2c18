import type { Initiator, StackFrame } from '@komainu/model';
import type { Protocol } from 'devtools-protocol';
import { LIMITS } from '../limits.ts';

/** Innermost first, through asynchronous parents (timers, promises), at most 16. */
export function stackOf(trace: Protocol.Runtime.StackTrace | undefined): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (let at = trace; at && frames.length < LIMITS.stackFrames; at = at.parent)
    for (const frame of at.callFrames)
      frames.push({
        url: frame.url,
        function: frame.functionName,
        line: frame.lineNumber,
        column: frame.columnNumber,
      });
  return frames.slice(0, LIMITS.stackFrames);
}

const KINDS: Readonly<Record<string, Initiator['kind']>> = {
  parser: 'parser',
  script: 'script',
  preload: 'preload',
  preflight: 'preflight',
};

export function initiatorOf(
  from: Protocol.Network.Initiator | undefined,
  fallback: string | null,
  ownScript: (url: string) => boolean = () => false,
): Initiator {
  const stack = stackOf(from?.stack).filter((frame) => !ownScript(frame.url));
  const kind = KINDS[from?.type ?? ''] ?? (stack.length > 0 ? 'script' : 'other');
  const named = from?.url !== undefined && !ownScript(from.url) ? from.url : undefined;
  return { kind, url: named ?? stack.find((frame) => frame.url !== '')?.url ?? fallback, stack };
}
