import type { Needles } from './needles.ts';
import type { Detail, Look } from './rows.ts';

/** What a reporter is started with. `token` is known to no page. */
export interface ReporterOptions {
  readonly token: string;
  readonly needles: Needles;
  readonly bits: Readonly<Record<'number' | 'expiry' | 'code' | 'holder', number>>;
  readonly rows: readonly { readonly place: string; readonly look: Look; readonly detail: Detail | null }[];
  /** Calls of one row within `burstMs` that make it hot. */
  readonly burst: number;
  readonly burstMs: number;
}

/** A place in a script as V8 names it; `hash` is that of the script's text, which no `sourceURL` can forge. */
export interface Site {
  readonly url: string;
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly hash: string;
}
export interface Told {
  readonly kind: 'act';
  /** Of this kind of act by this code, in this realm. */
  readonly id: number;
  readonly row: number;
  /** Which fields; 0 where only the debugger can tell, from the arguments. */
  readonly bits: number;
  readonly detail: string | null;
  readonly count: number;
  /** Set where the debugger could not stop (a realm whose frame is gone): who called. */
  readonly stack?: readonly Site[];
}
/** `hot`: a row is called too often to be watched; `late`: something waits to be drained. */
export type Report = Told | { readonly kind: 'hot'; readonly row: number } | { readonly kind: 'late' };

/** What the client can ask of a reporter, by its name in the realm. */
export interface Reporter {
  /** Called by every breakpoint's condition; true: stop here. */
  hit(row: number, self: unknown, args: ArrayLike<unknown>): boolean;
  /** What the newest stop was for, once; null: another realm's reporter stopped. */
  take(): Report | null;
  /** Arguments of the newest stop. */
  args: ArrayLike<unknown>;
  /** Fields a value holds, as bits. */
  match(value: unknown): number;
  mark(element: Element, bit: number): void;
  /** The element, what it lies in, its form, document and window. */
  path(element: Element): ArrayLike<EventTarget>;
  /** Pristine natives of the rows; undefined where a realm has none. */
  functions(rows: readonly number[]): ArrayLike<unknown>;
  /** Whether breakpoints are installed in this isolate, told by calling one of the natives. */
  alive(): boolean;
  /** What could not be told at once, and how often what was told has happened again: id, how often more. */
  drain(): {
    readonly late: ArrayLike<Told>;
    readonly again: ArrayLike<readonly [number, number]>;
  };
}

/**
 * Runs in every realm of a page, and in workers, before their scripts; sent as text, so self-contained. Nothing it
 * calls later can be replaced by a page: natives are taken here and called through `apply`, no page object is asked
 * for a property, lists and descriptors have no prototype (a setter on `Array.prototype` would be page code), no
 * regular expression is used (`RegExp.$1` would show).
 */
export function createReporter(options: ReporterOptions): Reporter {
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, deleteProperty, setPrototypeOf } =
    Reflect;
  /** An empty list nothing can be inherited by. */
  const bare = <T>(): T[] => {
    const list: T[] = [];
    setPrototypeOf(list, null);
    return list;
  };
  const { needles, bits: BIT, token } = options;
  const root = globalThis as unknown as Record<string, unknown>;
  const bareOf = <T extends object>(value: T): T => {
    setPrototypeOf(value, null);
    return value;
  };
  type Native = (...args: never[]) => unknown;

  /** `get`, `set` or `call` of a path. Called before page code only: later a page may have put something else there. */
  const resolve = (place: string): Native | undefined => {
    const [kind, path = ''] = place.split(' ');
    const names = path.split('.');
    const last = names.pop() ?? '';
    let owner: object | undefined = root;
    for (const name of names) owner = (owner as Record<string, object | undefined> | undefined)?.[name];
    let descriptor: PropertyDescriptor | undefined;
    for (
      let at: object | null = owner ?? null;
      at && !descriptor;
      at = Object.getPrototypeOf(at) as object | null
    )
      descriptor = getOwnPropertyDescriptor(at, last);
    if (kind === 'get') return descriptor?.get as Native | undefined;
    if (kind === 'set') return descriptor?.set as Native | undefined;
    return (typeof descriptor?.value === 'function' ? descriptor.value : undefined) as Native | undefined;
  };
  // Breakpoints are set from a target's own main frame: a frame inside has no need of what it would not call itself.
  // Whatever is asked for here makes V8 build it, half a millisecond for thirty.
  const inside = ((): boolean => {
    try {
      return typeof window !== 'undefined' && window.frameElement !== null;
    } catch {
      return false;
    }
  })();
  const natives = options.rows.map(({ place, look }) =>
    inside && look !== 'result' && look !== 'holds' && look !== 'event' && look !== 'pairs' ? undefined : resolve(place),
  );
  const aliveNative = resolve(options.rows[options.rows.length - 1]?.place ?? '');
  const getter = (path: string): Native | undefined => resolve(`get ${path}`);
  const method = (path: string): Native | undefined => resolve(`call ${path}`);
  /** The result, undefined where `self` is not of the kind the native is for. */
  const ask = (native: Native | undefined, self: unknown, ...args: unknown[]): unknown => {
    if (!native) return undefined;
    try {
      return apply(native, self, args);
    } catch {
      return undefined;
    }
  };

  const g = {
    nodeType: getter('Node.prototype.nodeType'),
    contains: method('Node.prototype.contains'),
    parentNode: getter('Node.prototype.parentNode'),
    rootNode: method('Node.prototype.getRootNode'),
    host: getter('ShadowRoot.prototype.host'),
    ownerDocument: getter('Node.prototype.ownerDocument'),
    baseURI: getter('Node.prototype.baseURI'),
    defaultView: getter('Document.prototype.defaultView'),
    localName: getter('Element.prototype.localName'),
    getAttribute: method('Element.prototype.getAttribute'),
    formOf: getter('HTMLInputElement.prototype.form'),
    formOfSelect: getter('HTMLSelectElement.prototype.form'),
    formOfArea: getter('HTMLTextAreaElement.prototype.form'),
    method: getter('HTMLFormElement.prototype.method'),
    composedPath: method('Event.prototype.composedPath'),
    target: getter('Event.prototype.target'),
    customDetail: getter('CustomEvent.prototype.detail'),
    listen: method('EventTarget.prototype.addEventListener'),
    dispatch: method('EventTarget.prototype.dispatchEvent'),
    closed: getter('closed'),
    href: getter('URL.prototype.href'),
    params: method('URLSearchParams.prototype.toString'),
    pairs: method('FormData.prototype.entries'),
    requestUrl: getter('Request.prototype.url'),
    keyType: getter('CryptoKey.prototype.type'),
    byteLength: getter('ArrayBuffer.prototype.byteLength'),
    socketUrl: getter('WebSocket.prototype.url'),
    streamUrl: getter('EventSource.prototype.url'),
    channelName: getter('BroadcastChannel.prototype.name'),
    clientUrl: getter('Client.prototype.url'),
    now: method('performance.now'),
  };
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
  const viewGet = (name: string, of: object): Native | undefined =>
    getOwnPropertyDescriptor(of, name)?.get as Native | undefined;
  const view = {
    buffer: [viewGet('buffer', typedArray), viewGet('buffer', DataView.prototype)],
    offset: [viewGet('byteOffset', typedArray), viewGet('byteOffset', DataView.prototype)],
    length: [viewGet('byteLength', typedArray), viewGet('byteLength', DataView.prototype)],
  };
  const { isView } = ArrayBuffer;
  const NativeURL = root['URL'] as typeof URL;
  const NativeCustomEvent = root['CustomEvent'] as typeof CustomEvent;
  const NativeError = Error;
  const Bytes = Uint8Array;
  const { fromCharCode } = String;
  const { charCodeAt, indexOf, slice, toLowerCase } = String.prototype;
  const pairsNext = ((): Native | undefined => {
    try {
      return (Object.getPrototypeOf(new FormData().entries()) as { next: Native }).next;
    } catch {
      return undefined;
    }
  })();
  const { get: mapGet, set: mapSet, forEach: mapEach } = Map.prototype;
  const { get: weakGet, set: weakSet } = WeakMap.prototype;
  const callSite = ((): Record<string, Native> => {
    const old = getOwnPropertyDescriptor(NativeError, 'prepareStackTrace');
    let proto: Record<string, Native> = {};
    defineProperty(NativeError, 'prepareStackTrace', {
      configurable: true,
      value: (_: unknown, sites: readonly object[]) => {
        proto = Object.getPrototypeOf(sites[0]) as Record<string, Native>;
        const names = [
          'getScriptHash',
          'getPosition',
          'getScriptNameOrSourceURL',
          'getFunctionName',
          'getLineNumber',
          'getColumnNumber',
        ];
        proto = Object.fromEntries(names.map((name) => [name, proto[name]])) as Record<string, Native>;
        return '';
      },
    });
    void new NativeError('').stack;
    if (old) defineProperty(NativeError, 'prepareStackTrace', old);
    else deleteProperty(NativeError, 'prepareStackTrace');
    return proto;
  })();

  const at = (text: string, index: number): number => apply(charCodeAt, text, [index]) as number;
  const find = (text: string, what: string, from = 0): number => apply(indexOf, text, [what, from]) as number;
  const isDigit = (code: number): boolean => code >= 48 && code <= 57;

  const marks = new WeakMap<object, number>();
  const forms = new WeakMap<object, number>();
  const requests = new WeakMap<object, string>();
  const marked = bare<Element>();
  const markOf = (self: unknown): number =>
    typeof self === 'object' && self !== null
      ? ((apply(weakGet, marks, [self]) as number | undefined) ?? 0)
      : 0;

  /** Six characters of digits of the number in a row: at least eight where other digits stand beside them. */
  const windows: string[][] = [];
  for (const form of needles.forms) {
    const list: string[] = [];
    for (let from = 0; from + 6 <= form.length; from++) {
      let to = from;
      for (let digits = 0; to < form.length && digits < 6; to++) if (isDigit(at(form, to))) digits += 1;
      list[from] = isDigit(at(form, from)) ? (apply(slice, form, [from, to]) as string) : '';
    }
    windows[windows.length] = list;
  }
  /** Where a text holds digits of the number; -1 for nowhere. */
  const numberAt = (text: string): number => {
    for (let which = 0; which < windows.length; which++) {
      const form = needles.forms[which] ?? '';
      const list = windows[which] ?? [];
      for (let from = 0; from < list.length; from++) {
        const piece = list[from] ?? '';
        // A form's pieces without a separator are those of the plain number.
        if (piece === '' || (which > 0 && piece.length === 6)) continue;
        for (let hit = find(text, piece); hit >= 0; hit = find(text, piece, hit + 1)) {
          let left = 0;
          while (left < from && left < hit && at(text, hit - left - 1) === at(form, from - left - 1))
            left += 1;
          let right = piece.length;
          while (from + right < form.length && at(text, hit + right) === at(form, from + right)) right += 1;
          if (left + right >= 8) return hit - left;
          if (!isDigit(at(text, hit - left - 1)) && !isDigit(at(text, hit + right))) return hit - left;
        }
      }
    }
    for (let i = 0; i < needles.pieces.length; i++) {
      const hit = find(text, needles.pieces[i] ?? '');
      if (hit >= 0) return hit;
    }
    return -1;
  };
  const alone = (text: string, what: string): boolean => {
    for (let hit = find(text, what); hit >= 0; hit = find(text, what, hit + 1))
      if (!isDigit(at(text, hit - 1)) && !isDigit(at(text, hit + what.length))) return true;
    return false;
  };
  const LONGEST = 1_000_000;
  const inText = (whole: string): number => {
    if (whole.length < 6) return 0;
    const text = whole.length > LONGEST ? (apply(slice, whole, [0, LONGEST]) as string) : whole;
    let found = numberAt(text) >= 0 ? BIT.number : 0;
    for (let i = 0; i < needles.holder.length && !(found & BIT.holder); i++)
      if (find(text, needles.holder[i] ?? '') >= 0) found |= BIT.holder;
    if (found === 0) return 0;
    if (alone(text, needles.code)) found |= BIT.code;
    for (let i = 0; i < needles.expiry.length; i++)
      if (alone(text, needles.expiry[i] ?? '')) found |= BIT.expiry;
    return found;
  };
  /** Bytes as text, zeros left out: so UTF-16 reads like ASCII. */
  const inBytes = (value: unknown): number => {
    let buffer: unknown = value;
    let offset = 0;
    let length: unknown;
    if (isView(value)) {
      const which = ask(view.buffer[0], value) === undefined ? 1 : 0;
      buffer = ask(view.buffer[which], value);
      offset = (ask(view.offset[which], value) as number | undefined) ?? 0;
      length = ask(view.length[which], value);
    } else length = ask(g.byteLength, value);
    if (typeof length !== 'number') return -1;
    let text = '';
    try {
      const bytes = construct(Bytes, [buffer, offset, length > 65_536 ? 65_536 : length]) as Uint8Array;
      const size = length > 65_536 ? 65_536 : length;
      for (let i = 0; i < size; i++) if (bytes[i] !== 0) text += fromCharCode(bytes[i] ?? 0);
    } catch {
      return 0;
    }
    return inText(text);
  };
  const inPairs = (data: unknown): number => {
    const list = ask(g.pairs, data);
    if (list === undefined) return -1;
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const step = ask(pairsNext, list) as { done: boolean; value: readonly [string, unknown] } | undefined;
      if (!step || step.done) break;
      if (typeof step.value[1] === 'string') found |= inText(step.value[1]);
    }
    return found;
  };
  /** Bits of a value; -1 for an object only the debugger can look into without running page code. */
  const inValue = (value: unknown): number => {
    if (typeof value === 'string') return inText(value);
    if (typeof value === 'number') return inText(`${value}`);
    if (typeof value !== 'object' || value === null) return 0;
    if (ask(g.nodeType, value) !== undefined || ask(g.keyType, value) !== undefined) return 0;
    const bytes = inBytes(value);
    if (bytes >= 0) return bytes;
    const address = ask(g.href, value) ?? ask(g.requestUrl, value) ?? ask(g.params, value);
    if (typeof address === 'string') return inText(address);
    return inPairs(value);
  };
  const match = (value: unknown): number => {
    const found = inValue(value);
    return found < 0 ? 0 : found;
  };

  const ADDRESS_ATTRIBUTES =
    ',src,srcset,href,action,formaction,data,poster,ping,background,style,srcdoc,xlink:href,';
  const inAddress = (value: unknown): number => {
    const text = typeof value === 'string' ? value : ask(g.href, value);
    return typeof text === 'string' ? inText(text) : 0;
  };
  /** Markup or style in which it stands inside an address. */
  const inMarkup = (text: unknown): number => {
    const found = typeof text === 'string' ? inText(text) : 0;
    if (found === 0 || typeof text !== 'string') return 0;
    if (find(text, '<') < 0) return find(text, '(') < 0 ? 0 : found;
    const hit = numberAt(text);
    for (let i = hit; i >= 0; i--) {
      const code = at(text, i);
      // A slash or a question mark before any quote, blank or angle: the digits are part of an address.
      if (code === 47 || code === 63) return found;
      if (code === 34 || code === 39 || code === 32 || code === 62 || code === 60 || code === 40) return 0;
    }
    return 0;
  };
  const formBits = (form: unknown): number => {
    let found =
      typeof form === 'object' && form !== null
        ? ((apply(weakGet, forms, [form]) as number | undefined) ?? 0)
        : 0;
    for (let i = 0; i < marked.length; i++)
      if (ask(g.contains, form, marked[i]) === true) found |= markOf(marked[i]);
    return found;
  };
  const eventBits = (row: number, event: unknown): number => {
    const path = ask(g.composedPath, event) as readonly unknown[] | undefined;
    const found = markOf(path && path.length > 0 ? path[0] : null) || markOf(ask(g.target, event));
    if (found === 0) return 0;
    const what = ask(natives[row], event);
    // Keys that only move about say nothing of the value.
    if (typeof what === 'string')
      return what.length === 1 ||
        find(what, 'Digit') === 0 ||
        find(what, 'Key') === 0 ||
        find(what, 'Numpad') === 0
        ? found
        : 0;
    return typeof what === 'number' && what >= 48 && what < 127 ? found : 0;
  };
  const seen = (row: number, look: Look, self: unknown, args: ArrayLike<unknown>): number => {
    switch (look) {
      case 'result': {
        const mark = markOf(self);
        const value = args.length > 0 ? ask(natives[row], self, args[0]) : ask(natives[row], self);
        const found = inValue(value);
        // A field that was typed into and is empty, or was never asked for its text, gave nothing away.
        if (found > 0) return found | mark;
        if (mark) return value === '' || value === undefined || value === null || args.length > 0 ? 0 : mark;
        return found < 0 ? inPairs(value) & 15 : 0;
      }
      case 'holds': {
        const mark = markOf(self);
        if (mark) return mark;
        for (let i = 0; i < marked.length; i++)
          if (ask(g.contains, self, marked[i]) === true) return match(ask(natives[row], self));
        const parent = ask(g.parentNode, self);
        return parent ? markOf(parent) : 0;
      }
      case 'event':
        return eventBits(row, self);
      case 'form':
        return (args.length > 0 ? formBits(args[0]) : 0) | formBits(self);
      case 'pairs': {
        const found = inPairs(self);
        return found < 0 ? 0 : found;
      }
      case 'address':
      case 'markup': {
        let found = 0;
        for (let i = 0; i < args.length && i < 4; i++)
          found |= look === 'address' ? inAddress(args[i]) : inMarkup(args[i]);
        return found;
      }
      case 'attribute': {
        if (args.length < 2) return 0;
        const name = typeof args[0] === 'string' ? (apply(toLowerCase, args[0], []) as string) : '';
        return name !== '' && find(ADDRESS_ATTRIBUTES, `,${name},`) >= 0 ? inAddress(args[1]) : 0;
      }
      case 'arguments': {
        let found = 0;
        let unknown = false;
        for (let i = 0; i < args.length && i < 8; i++) {
          const bits = inValue(args[i]);
          if (bits < 0) unknown = true;
          else found |= bits;
        }
        return found === 0 && unknown ? -1 : found;
      }
    }
  };
  const detailOf = (detail: Detail | null, self: unknown, args: ArrayLike<unknown>): string | null => {
    const textOf = (value: unknown): string | null => {
      const text = typeof value === 'string' ? value : (ask(g.href, value) ?? ask(g.requestUrl, value));
      return typeof text === 'string' ? (apply(slice, text, [0, 2_000]) as string) : null;
    };
    if (detail === null) return null;
    if (typeof detail === 'number') return args.length > detail ? textOf(args[detail]) : null;
    if (detail === 'algorithm') return args.length > 0 ? textOf(args[0]) : null;
    if (detail === 'request') return (apply(weakGet, requests, [self]) as string | undefined) ?? null;
    if (detail === 'channel')
      return textOf(
        ask(g.socketUrl, self) ??
          ask(g.streamUrl, self) ??
          ask(g.channelName, self) ??
          ask(g.clientUrl, self),
      );
    const action = ask(g.getAttribute, self, 'action');
    const base = ask(g.baseURI, self);
    try {
      return textOf(construct(NativeURL, [typeof action === 'string' ? action : '', base]));
    } catch {
      return null;
    }
  };

  /** Who called, beyond what the page did to `Error`; null where it froze it. */
  const sites = (): readonly Site[] | null => {
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
          url: typeof url === 'string' ? url : '',
          function: `${(of('getFunctionName') as string | null) ?? ''}`,
          line: line - 1,
          column: (of('getColumnNumber') as number) - 1,
          hash: `${of('getScriptHash') as string}`,
        };
      }
      return '';
    };
    if (!set('stackTraceLimit', 14)) return null;
    if (set('prepareStackTrace', prepare)) {
      try {
        void (construct(NativeError, ['']) as Error).stack;
      } catch {
        // A page may be at the end of its stack.
      }
      restore('prepareStackTrace', oldPrepare);
    }
    restore('stackTraceLimit', oldLimit);
    return found.length > 0 ? found : null;
  };

  interface Tally {
    readonly id: number;
    count: number;
    told: number;
  }
  const tallies = new Map<string, Tally>();
  let nextId = 0;
  const started = bare<number>();
  const calls = bare<number>();
  let report: Report | null = null;
  let late = bare<Told>();
  let isAlive = false;

  /** Whether to stop for the n-th time the same code did the same. */
  const due = (n: number, unknown: boolean): boolean => {
    if (unknown ? n <= 4 : n === 1) return true;
    let power = 8;
    while (power < n) power *= 8;
    return power === n;
  };
  for (let row = 0; row < options.rows.length; row++) calls[row] = started[row] = 0;
  const hot = (row: number): boolean => {
    const n = (calls[row] ?? 0) + 1;
    calls[row] = n;
    if (n === 1) started[row] = ask(g.now, root['performance']) as number;
    if (n < options.burst) return false;
    calls[row] = 0;
    return (ask(g.now, root['performance']) as number) - (started[row] ?? 0) < options.burstMs;
  };
  const relay = (self: unknown, told: Told): void => {
    // The frame is gone, the debugger stops here no more; its element's realm is told, by an event nobody can listen for.
    ask(g.dispatch, self, construct(NativeCustomEvent, [token, bareOf({ detail: told })]));
  };
  const onRelay = (event: Event): void => {
    const told = ask(g.customDetail, event) as Told | undefined;
    if (told && late.length < 100) late[late.length] = { ...told, stack: sites() ?? [] };
  };

  const waiting = (): boolean => {
    if (late.length > 0) report = { kind: 'late' };
    return late.length > 0;
  };

  const reporter: Reporter = {
    args: [],
    hit(row, self, args) {
      if (args.length === 1 && args[0] === token) {
        isAlive = true;
        return false;
      }
      const watched = options.rows[row];
      if (!watched) return false;
      const { look, detail } = watched;
      if (detail === 1 && look === 'address' && args.length > 1) {
        const url = typeof args[1] === 'string' ? args[1] : ask(g.href, args[1]);
        // XMLHttpRequest.open: where `send` will send to.
        if (typeof url === 'string' && typeof self === 'object' && self !== null)
          apply(weakSet, requests, [self, url]);
      }
      if (hot(row)) {
        report = { kind: 'hot', row };
        return true;
      }
      const bits = seen(row, look, self, args);
      if (bits === 0) return waiting();
      const told = detailOf(detail, self, args);
      const from = sites();
      let key = `${row} ${bits} ${told ?? ''}`;
      for (let i = 0; from && i < from.length && i < 4; i++)
        key += `\n${from[i]?.hash}:${from[i]?.line}:${from[i]?.column}`;
      let tally = apply(mapGet, tallies, [key]) as Tally | undefined;
      if (!tally) {
        tally = { id: nextId, count: 0, told: 0 };
        nextId += 1;
        apply(mapSet, tallies, [key, tally]);
      }
      tally.count += 1;
      // Code that cannot be told apart is stopped for each time; the client's cap ends that.
      if (from && !due(tally.count, bits < 0)) return waiting();
      const count = tally.count - tally.told;
      const act: Told = { kind: 'act', id: tally.id, row, bits: bits < 0 ? 0 : bits, detail: told, count };
      if (ask(g.closed, root) === true) {
        relay(self, act);
        return false;
      }
      tally.told = tally.count;
      report = act;
      const kept = bare<unknown>();
      for (let i = 0; i < args.length && i < 8; i++) kept[i] = args[i];
      reporter.args = kept;
      return true;
    },
    take() {
      const taken = report;
      report = null;
      return taken;
    },
    match,
    mark(element, bit) {
      const old = markOf(element);
      apply(weakSet, marks, [element, old | bit]);
      if (old === 0) {
        marked[marked.length] = element;
        ask(g.listen, element, token, onRelay);
      }
      // From outside a shadow root, events come from its host.
      for (
        let host = ask(g.host, ask(g.rootNode, element));
        host;
        host = ask(g.host, ask(g.rootNode, host))
      ) {
        apply(weakSet, marks, [host as object, markOf(host) | bit]);
        marked[marked.length] = host as Element;
      }
      const form = ask(g.formOf, element) ?? ask(g.formOfSelect, element) ?? ask(g.formOfArea, element);
      if (form)
        apply(weakSet, forms, [
          form as object,
          ((apply(weakGet, forms, [form]) as number | undefined) ?? 0) | bit,
        ]);
    },
    path(element) {
      const list = bare<EventTarget>();
      let node: unknown = element;
      while (node && list.length < 60) {
        list[list.length] = node as EventTarget;
        node = ask(g.parentNode, node) ?? ask(g.host, node);
      }
      const form = ask(g.formOf, element);
      if (form) list[list.length] = form as EventTarget;
      const window = ask(g.defaultView, ask(g.ownerDocument, element));
      if (window) list[list.length] = window as EventTarget;
      return list;
    },
    functions(rows) {
      const list = bare<unknown>();
      for (let i = 0; i < rows.length; i++) list[i] = natives[rows[i] ?? 0];
      return list;
    },
    alive() {
      isAlive = false;
      ask(aliveNative, undefined, token);
      return isAlive;
    },
    drain() {
      const again = bare<readonly [number, number]>();
      apply(mapEach, tallies, [
        (tally: Tally) => {
          if (tally.count > tally.told) again[again.length] = [tally.id, tally.count - tally.told];
          tally.told = tally.count;
        },
      ]);
      const gone = late;
      late = bare<Told>();
      return { late: gone, again };
    },
  };
  return reporter;
}
