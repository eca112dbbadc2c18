import type { ObservedScript } from '@komainu/model';
import type { EventOf } from '../cdp/connection.ts';
import type { Target } from '../observe/target.ts';

interface Clues {
  readonly event: EventOf<'Debugger.scriptParsed'>;
  readonly target: Target;
  readonly frameUrl: string;
  /** First line of the script. */
  readonly head: string;
  /** The text of the script that made this one, from the place of the call on; null when unknown. */
  readonly calledAt: string | null;
  /** Whether the document's markup holds the script's text at the place V8 names; a handler's place is its tag's end. */
  readonly inMarkup: boolean | null;
  /** Whether its address was asked for as a script. */
  readonly requested: boolean;
}

/** Ways to put a script's text into the document; code made otherwise was evaluated. */
const INSERTION =
  /^(append|appendChild|prepend|before|after|insert\w*|replace\w*|write(ln)?|text|textContent|innerHTML)\b/;

/**
 * What kind of script this is and where it was loaded from.
 *
 * `url` of the protocol is not believed: `//# sourceURL=` lets evaluated code call itself by the name of an approved
 * file. `embedderName` is the browser's own knowledge.
 */
export function classify(clues: Clues): {
  readonly kind: ObservedScript['kind'];
  readonly url: string | null;
} {
  const { event, target, frameUrl } = clues;
  const loaded = event.embedderName || null;
  const inWorker = target.kind !== 'page' && target.kind !== 'frame';
  if (event.scriptLanguage === 'WebAssembly') return { kind: 'dynamic', url: null };
  if (!loaded) {
    if (clues.head.startsWith('(function anonymous(')) return { kind: 'eval', url: null };
    return {
      kind: clues.calledAt !== null && INSERTION.test(clues.calledAt) ? 'dynamic' : 'eval',
      url: null,
    };
  }
  if (inWorker) {
    const main = withoutFragment(loaded) === withoutFragment(target.url);
    return { kind: main ? 'worker' : event.isModule ? 'module' : 'external', url: loaded };
  }
  const inDocument = withoutFragment(loaded) === withoutFragment(frameUrl);
  if (inDocument && !clues.requested) {
    const atStart = event.startLine === 0 && event.startColumn === 0;
    // An inline module's text has no address of its own. What stands at no place in the document was set by a script.
    if (event.isModule) return { kind: 'module', url: null };
    return { kind: atStart || clues.inMarkup === false ? 'handler' : 'inline', url: null };
  }
  if (!/^(https?|data|blob|file):/i.test(loaded)) return { kind: 'inline', url: null };
  return { kind: event.isModule ? 'module' : 'external', url: loaded };
}

export const withoutFragment = (url: string): string => url.split('#', 1)[0] ?? '';
