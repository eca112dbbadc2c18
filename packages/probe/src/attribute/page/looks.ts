import type { Detail, Look } from '../rows.ts';
import type { Finder } from './finder.ts';
import type { Natives } from './natives.ts';

export type Looks = ReturnType<typeof createLooks>;

/** What of the card a call has to do with, as bits; sent as text. -1: an object only the debugger can look into. */
export function createLooks(taken: Natives, finder: Finder) {
  const { construct, ask, g, find, bare, natives, slice, lower, weakGet, weakSet, NativeURL } = taken;
  const { inValue, inPairs, inAddress, inMarkup, match } = finder;
  const ADDRESS_ATTRIBUTES =
    ',src,srcset,href,action,formaction,data,poster,ping,background,style,srcdoc,xlink:href,';

  const marks = new WeakMap<object, number>();
  const forms = new WeakMap<object, number>();
  const requests = new WeakMap<object, string>();
  const marked = bare<Element>();
  const markOf = (self: unknown): number =>
    typeof self === 'object' && self !== null ? (weakGet(marks, self) ?? 0) : 0;

  const formBits = (form: unknown): number => {
    let found = typeof form === 'object' && form !== null ? (weakGet(forms, form) ?? 0) : 0;
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
        const name = typeof args[0] === 'string' ? lower(args[0]) : '';
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
      return typeof text === 'string' ? slice(text, 0, 2_000) : null;
    };
    if (detail === null) return null;
    if (typeof detail === 'number') return args.length > detail ? textOf(args[detail]) : null;
    if (detail === 'algorithm') return args.length > 0 ? textOf(args[0]) : null;
    if (detail === 'request')
      return (typeof self === 'object' && self !== null ? weakGet(requests, self) : null) ?? null;
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
  /** A field a value is about to be typed into. False: it was marked before. */
  const mark = (element: Element, bit: number): boolean => {
    const old = markOf(element);
    weakSet(marks, element, old | bit);
    if (old === 0) marked[marked.length] = element;
    // From outside a shadow root, events come from its host.
    for (
      let host = ask(g.host, ask(g.rootNode, element)) as Element | undefined;
      host;
      host = ask(g.host, ask(g.rootNode, host)) as Element | undefined
    ) {
      weakSet(marks, host, markOf(host) | bit);
      marked[marked.length] = host;
    }
    const form = ask(g.formOf, element) ?? ask(g.formOfSelect, element) ?? ask(g.formOfArea, element);
    if (form) weakSet(forms, form, (weakGet(forms, form) ?? 0) | bit);
    return old === 0;
  };
  /** XMLHttpRequest.open: where `send` will send to. */
  const opened = (request: unknown, address: unknown): void => {
    const url = typeof address === 'string' ? address : ask(g.href, address);
    if (typeof url === 'string' && typeof request === 'object' && request !== null)
      weakSet(requests, request, url);
  };
  return { seen, detailOf, mark, opened };
}
