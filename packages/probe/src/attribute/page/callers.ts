import type { Natives } from './natives.ts';
import type { ReporterOptions, Site } from './types.ts';

/** Gives who called; sent as text. What a page did to `Error` is set aside for the moment and put back as it was. */
export function createCallers(options: ReporterOptions, natives: Natives): () => readonly Site[] | null {
  const { token } = options;
  const {
    construct,
    defineProperty,
    getOwnPropertyDescriptor,
    deleteProperty,
    bare,
    bareOf,
    ask,
    find,
    NativeError,
    callSite,
  } = natives;

  /** Null where the page froze `Error`. */
  return (): readonly Site[] | null => {
    const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
    const found = bare<Site>();
    const oldPrepare = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace');
    const oldLimit = getOwnPropertyDescriptor(NativeError, 'stackTraceLimit');
    const set = (name: string, value: unknown): boolean =>
      defineProperty(
        NativeError,
        name,
        bareOf({ configurable: true, writable: true, enumerable: true, value }),
      );
    const restore = (name: string, old: PropertyDescriptor | undefined): void => {
      if (old) defineProperty(NativeError, name, bareOf(old));
      else deleteProperty(NativeError, name);
    };
    const prepare = (_: unknown, list: readonly object[]): string => {
      for (let i = 0; i < list.length && found.length < 8; i++) {
        const of = (name: string): unknown => ask(callSite[name], list[i]);
        const url = of('getScriptNameOrSourceURL');
        if (typeof url === 'string' && find(url, token) === 0) continue;
        // Natives have no line.
        const line = of('getLineNumber');
        if (typeof line !== 'number') continue;
        found[found.length] = {
          url: textOf(url),
          function: textOf(of('getFunctionName')),
          line: line - 1,
          column: (of('getColumnNumber') as number) - 1,
          hash: textOf(of('getScriptHash')),
        };
      }
      return '';
    };
    if (!set('stackTraceLimit', 14)) return null;
    if (set('prepareStackTrace', prepare)) {
      try {
        void construct<[string], Error>(NativeError, ['']).stack;
      } catch {
        // A page may be at the end of its stack.
      }
      restore('prepareStackTrace', oldPrepare);
    }
    restore('stackTraceLimit', oldLimit);
    return found.length > 0 ? found : null;
  };
}
