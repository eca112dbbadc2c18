import type { ReporterOptions } from './types.ts';

export type Native = (...args: never[]) => unknown;
export type Natives = ReturnType<typeof takeNatives>;

/**
 * Natives as they are before the first script of a page; sent as text, so self-contained. Whatever the reporter calls
 * later it calls from here, through `apply`: a page can replace nothing of it.
 */
// The types of what is taken are those of its members: written out, they would be this function once more.
export function takeNatives(options: ReporterOptions) {
  const { apply, construct, defineProperty, getOwnPropertyDescriptor, deleteProperty, setPrototypeOf } =
    Reflect;
  const root = globalThis as unknown as Record<string, unknown>;
  /** An empty list nothing can be inherited by: a setter on `Array.prototype` would be page code. */
  const bare = <T>(): T[] => {
    const list: T[] = [];
    setPrototypeOf(list, null);
    return list;
  };
  const bareOf = <T extends object>(value: T): T => {
    setPrototypeOf(value, null);
    return value;
  };

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
    const found: unknown = descriptor && Reflect.get(descriptor, kind === 'call' ? 'value' : (kind ?? ''));
    return typeof found === 'function' ? (found as Native) : undefined;
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
    inside && look !== 'result' && look !== 'holds' && look !== 'event' && look !== 'pairs'
      ? undefined
      : resolve(place),
  );
  const parent = resolve('get parent');
  const own = (name: string): unknown => {
    const descriptor = getOwnPropertyDescriptor(root, name);
    return descriptor && 'value' in descriptor ? descriptor.value : undefined;
  };
  /** A native of a window of another origin that can be reached from here: asked for late, frames come late. */
  const foreign = (name: string): unknown => {
    if (!parent) return undefined;
    const near = [ask(parent, root), root['top'], own('0'), own('1'), own('2'), own('3'), own('4'), own('5')];
    for (let i = 0; i < near.length; i++) {
      try {
        const window = near[i] as Record<string, unknown> | undefined;
        // Throws for a stranger's, and only for a stranger's; nothing of this is a page's to replace.
        if (!window || window['document']) continue;
      } catch {
        return (near[i] as Record<string, unknown>)[name];
      }
    }
    return undefined;
  };
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
    Reflect.get(getOwnPropertyDescriptor(of, name) ?? {}, 'get') as Native | undefined;
  const view = {
    buffer: [viewGet('buffer', typedArray), viewGet('buffer', DataView.prototype)],
    offset: [viewGet('byteOffset', typedArray), viewGet('byteOffset', DataView.prototype)],
    length: [viewGet('byteLength', typedArray), viewGet('byteLength', DataView.prototype)],
  };
  const NativeURL = root['URL'] as typeof URL;
  const NativeCustomEvent = root['CustomEvent'] as typeof CustomEvent;
  const NativeError = Error;
  const Bytes = Uint8Array;
  const pairsNext = ((): Native | undefined => {
    try {
      return (Object.getPrototypeOf(new FormData().entries()) as { next: Native }).next;
    } catch {
      return undefined;
    }
  })();
  const s = {
    at: method('String.prototype.charCodeAt'),
    find: method('String.prototype.indexOf'),
    slice: method('String.prototype.slice'),
    lower: method('String.prototype.toLowerCase'),
    of: method('String.fromCharCode'),
    isView: method('ArrayBuffer.isView'),
    get: method('Map.prototype.get'),
    set: method('Map.prototype.set'),
    each: method('Map.prototype.forEach'),
    weakGet: method('WeakMap.prototype.get'),
    weakSet: method('WeakMap.prototype.set'),
  };
  const clock = root['performance'];
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

  const at = (text: string, index: number): number => ask(s.at, text, index) as number;
  const find = (text: string, what: string, from = 0): number => ask(s.find, text, what, from) as number;
  const slice = (text: string, from: number, to: number): string => ask(s.slice, text, from, to) as string;
  const lower = (text: string): string => ask(s.lower, text) as string;
  const fromCode = (code: number): string => ask(s.of, undefined, code) as string;
  const isView = (value: unknown): boolean => ask(s.isView, undefined, value) === true;
  const mapGet = <V>(map: Map<string, V>, key: string): V | undefined =>
    ask(s.get, map, key) as V | undefined;
  const mapSet = <V>(map: Map<string, V>, key: string, value: V): void => void ask(s.set, map, key, value);
  const mapEach = <V>(map: Map<string, V>, each: (value: V) => void): void => void ask(s.each, map, each);
  const weakGet = <V>(map: WeakMap<object, V>, key: object): V | undefined =>
    ask(s.weakGet, map, key) as V | undefined;
  const weakSet = <V>(map: WeakMap<object, V>, key: object, value: V): void =>
    void ask(s.weakSet, map, key, value);
  const isDigit = (code: number): boolean => code >= 48 && code <= 57;

  return {
    construct,
    defineProperty,
    getOwnPropertyDescriptor,
    deleteProperty,
    root,
    bare,
    bareOf,
    natives,
    foreign,
    aliveNative,
    ask,
    g,
    view,
    isView,
    NativeURL,
    NativeCustomEvent,
    NativeError,
    Bytes,
    fromCode,
    slice,
    lower,
    pairsNext,
    clock,
    mapGet,
    mapSet,
    mapEach,
    weakGet,
    weakSet,
    callSite,
    at,
    find,
    isDigit,
  };
}
