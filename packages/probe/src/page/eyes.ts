import type { CardField } from '@komainu/model';
import type { CardHint } from './card-hints.ts';

export interface SeenField {
  /** Index into the elements the eyes keep for this survey. */
  readonly index: number;
  readonly name: string;
  readonly type: string;
  readonly autocomplete: string;
  readonly label: string;
  readonly visible: boolean;
  readonly card: CardField | null;
  readonly selector: string;
  /** Characters it takes, null when unlimited. */
  readonly maxLength: number | null;
  /** In CSS pixels of the frame's own viewport. */
  readonly rect: Box;
}
export interface SeenForm {
  readonly action: string;
  readonly method: string;
  readonly fields: readonly SeenField[];
}
/** `cut`: there were more fields than asked for. */
interface Survey {
  readonly forms: readonly SeenForm[];
  readonly cut: boolean;
}
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the eyes can do; lives in an isolated world, where nothing a page patches reaches. */
export interface Eyes {
  setHints(hints: readonly CardHint[]): void;
  /** Nodes inside closed shadow roots, which only the protocol can reach for us. */
  setClosedRoots(...inside: readonly Node[]): void;
  survey(max: number): Survey;
  kept(index: number): Element | null;
  find(chain: readonly string[]): readonly Element[];
  visible(element: Element): boolean;
  box(element: Element): Box;
  viewport(): Box;
  /** False while the window has no size yet, which pages take for a sign of automation. */
  shown(): boolean;
  topmost(x: number, y: number): Element | null;
  /** Whether a click at the point would reach the element: it, what it holds, or its label is on top. */
  reaches(element: Element, x: number, y: number): boolean;
  describe(element: Element): SeenField | null;
  focused(): Element | null;
  quietFor(): number;
  /** Whether it holds text already; what text is nobody's business. */
  filled(element: Element): boolean;
  editable(element: Element): boolean;
  select(element: Element, value: string): boolean;
  /** From now on it is noted whether a press of the pointer reaches the element. */
  expectPress(element: Element): void;
  /** Whether it did: a page that moves between press and release takes the click away. */
  wasPressed(element: Element): boolean;
}

/**
 * Runs inside the page, in the isolated world `world`, before any script of the page; self-contained, as it is sent as
 * text. It changes nothing a page can see.
 */
export function installEyes(): void {
  const scope = globalThis as unknown as { eyes?: Eyes };
  if (scope.eyes) return;
  let hints: readonly { field: CardField; autocomplete: Set<string>; names: RegExp[]; labels: RegExp[] }[] =
    [];
  let closed = new Map<Element, ShadowRoot>();
  let keptElements: Element[] = [];
  let lastChange = performance.now();

  // New nodes and new addresses are a page at work; styles that move are a carousel.
  new MutationObserver(() => (lastChange = performance.now())).observe(document, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['src', 'href', 'action', 'disabled'],
  });

  const rootOf = (element: Element): ShadowRoot | null => closed.get(element) ?? element.shadowRoot;
  const deep = function* (root: Document | ShadowRoot | Element): Generator<Element> {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      const shadow = rootOf(element);
      if (shadow) yield* deep(shadow);
    }
  };
  const squeeze = (value: string | null | undefined): string => (value ?? '').replace(/\s+/g, ' ').trim();

  const box = (element: Element): Box => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };
  const parentOf = (node: Node): Element | null => {
    const parent = node.parentNode;
    if (parent instanceof ShadowRoot) return parent.host;
    return parent instanceof Element ? parent : null;
  };
  const visible = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    if (width < 2 || height < 2) return false;
    if (getComputedStyle(element).visibility !== 'visible') return false;
    let opacity = 1;
    for (let at: Element | null = element; at; at = parentOf(at)) {
      const style = getComputedStyle(at);
      if (style.display === 'none') return false;
      opacity *= Number(style.opacity);
    }
    // Nobody reads what is this faint; an opacity of 0 is how a real form is hidden under a fake one.
    return opacity > 0.1;
  };
  const labelOf = (element: Element): string => {
    const parts: (string | null | undefined)[] = [element.getAttribute('aria-label')];
    const named = element.getAttribute('aria-labelledby');
    const tree = element.getRootNode() as Document | ShadowRoot;
    for (const id of named?.split(/\s+/) ?? []) parts.push(id ? tree.getElementById?.(id)?.textContent : '');
    if ('labels' in element)
      for (const label of (element as HTMLInputElement).labels ?? []) parts.push(label.textContent);
    parts.push(element.getAttribute('placeholder'), element.getAttribute('title'));
    if (!parts.some((part) => squeeze(part))) {
      // No label: what stands right before it, as in a table of many older shops.
      const cell = element.closest('td,dd,div,p,li');
      const before = element.previousElementSibling ?? cell?.previousElementSibling;
      const words = squeeze(before?.textContent);
      if (words.length < 60) parts.push(words);
    }
    return squeeze(parts.filter((part) => squeeze(part)).join(' ')).slice(0, 300);
  };
  const words = (value: string): string =>
    value
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const isField = (element: Element): boolean => {
    if (element instanceof HTMLInputElement)
      return ![
        'hidden',
        'submit',
        'button',
        'image',
        'reset',
        'file',
        'checkbox',
        'radio',
        'range',
        'color',
      ].includes(element.type);
    return (
      element instanceof HTMLSelectElement ||
      element instanceof HTMLTextAreaElement ||
      (element instanceof HTMLElement &&
        element.isContentEditable &&
        !parentOf(element)?.closest('[contenteditable]'))
    );
  };
  const cardOf = (element: Element, label: string): CardField | null => {
    if (!isField(element)) return null;
    const tokens = (element.getAttribute('autocomplete') ?? '').toLowerCase().split(/\s+/);
    for (const hint of hints) if (tokens.some((token) => hint.autocomplete.has(token))) return hint.field;
    const names = [
      element.getAttribute('name') ?? '',
      element.id,
      element.getAttribute('data-field') ?? '',
    ].map(words);
    for (const hint of hints)
      if (
        hint.labels.some((pattern) => pattern.test(label)) ||
        hint.names.some((pattern) => names.some((name) => pattern.test(name)))
      )
        return hint.field;
    return null;
  };
  const selectorOf = (element: Element): string => {
    const parts: string[] = [];
    for (let at: Element | null = element; at && parts.length < 8; at = parentOf(at)) {
      if (at.id && at.id.length < 60) {
        parts.unshift(`#${CSS.escape(at.id)}`);
        break;
      }
      const tag = at.localName;
      const same = at.parentNode
        ? [...at.parentNode.children].filter((child) => child.localName === tag)
        : [];
      parts.unshift(same.length > 1 ? `${tag}:nth-of-type(${same.indexOf(at) + 1})` : tag);
    }
    return parts.join(' > ');
  };
  const describe = (element: Element): SeenField | null => {
    if (!isField(element) && !(element instanceof HTMLInputElement)) return null;
    const label = labelOf(element);
    keptElements.push(element);
    return {
      index: keptElements.length - 1,
      name: (element.getAttribute('name') ?? element.id).slice(0, 200),
      type: (element instanceof HTMLInputElement ? element.type : element.localName).slice(0, 40),
      autocomplete: (element.getAttribute('autocomplete') ?? '').slice(0, 200),
      label,
      visible: visible(element),
      card: cardOf(element, label),
      selector: selectorOf(element).slice(0, 500),
      maxLength: element instanceof HTMLInputElement && element.maxLength > 0 ? element.maxLength : null,
      rect: box(element),
    };
  };
  const survey = (max: number): Survey => {
    keptElements = [];
    const groups = new Map<HTMLFormElement | null, Element[]>();
    let count = 0;
    for (const element of deep(document)) {
      if (element instanceof HTMLFormElement) groups.set(element, groups.get(element) ?? []);
      if (!isField(element) && !(element instanceof HTMLInputElement)) continue;
      count += 1;
      if (count > max) break;
      const form = (element as HTMLInputElement).form ?? null;
      groups.set(form, [...(groups.get(form) ?? []), element]);
    }
    const forms = [...groups].map(([form, elements]) => ({
      // The attribute, not the property: a field named `action` would answer instead.
      action: form ? new URL(form.getAttribute('action') || document.URL, document.baseURI).href : '',
      method: (form?.getAttribute('method') ?? 'get').toLowerCase().slice(0, 20),
      fields: elements.flatMap((element) => describe(element) ?? []),
    }));
    return { forms, cut: count > max };
  };

  const textMatches = (root: Document | ShadowRoot | Element, wanted: string): Element[] => {
    const needle = squeeze(wanted);
    const has = (element: Element): boolean =>
      squeeze(element instanceof HTMLInputElement ? element.value : element.textContent).includes(needle);
    const hits = [...deep(root)].filter(
      (e) => !/^(script|style|head|title|noscript)$/.test(e.localName) && has(e),
    );
    // Code that holds the words is not text that anybody reads.
    const read = (element: Element): boolean => {
      if (!element.querySelector('script,style,template')) return true;
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement?.closest('script,style,template')
          ? NodeFilter.FILTER_REJECT
          : NodeFilter.FILTER_ACCEPT,
      );
      let all = '';
      while (texts.nextNode()) all += texts.currentNode.nodeValue;
      return squeeze(all).includes(needle);
    };
    return hits.filter(
      (element) => !hits.some((other) => other !== element && element.contains(other)) && read(element),
    );
  };
  const byXPath = (root: Node, path: string): Element[] => {
    const result = document.evaluate(path, root, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
    const found: Element[] = [];
    for (let i = 0; i < result.snapshotLength; i++) {
      const node = result.snapshotItem(i);
      if (node instanceof Element) found.push(node);
    }
    return found;
  };
  const one = (root: Document | ShadowRoot | Element, selector: string): Element[] => {
    if (selector.startsWith('xpath/')) return byXPath(root, selector.slice(6));
    if (selector.startsWith('text/')) return textMatches(root, selector.slice(5));
    if (selector.startsWith('pierce/'))
      return [...deep(root)].filter((element) => element.matches(selector.slice(7)));
    return [...root.querySelectorAll(selector)];
  };
  const find = (chain: readonly string[]): readonly Element[] => {
    let roots: (Document | ShadowRoot | Element)[] = [document];
    for (const [depth, selector] of chain.entries()) {
      const found = roots.flatMap((root) => one(root, selector));
      if (depth === chain.length - 1) return found;
      roots = found.map((element) => rootOf(element) ?? element);
    }
    return [];
  };

  const topmost = (x: number, y: number): Element | null => {
    let element = document.elementFromPoint(x, y);
    for (let root = element && rootOf(element); root; ) {
      const inner: Element | null = root.elementFromPoint(x, y);
      if (!inner || inner === element) break;
      element = inner;
      root = rootOf(inner);
    }
    return element;
  };
  const reaches = (element: Element, x: number, y: number): boolean => {
    const top = topmost(x, y);
    for (let at: Element | null = top; at; at = parentOf(at)) {
      if (at === element) return true;
      if (at instanceof HTMLLabelElement && at.control === element) return true;
    }
    return top !== null && element.contains(top);
  };
  const focused = (): Element | null => {
    let element = document.activeElement;
    for (let root = element && rootOf(element); root?.activeElement; root = element && rootOf(element))
      element = root.activeElement;
    return element;
  };
  const select = (element: Element, value: string): boolean => {
    // One that the page has replaced would be set for nobody.
    if (!(element instanceof HTMLSelectElement) || !element.isConnected) return false;
    const wanted = squeeze(value);
    const options = [...element.options];
    const digits = wanted.replace(/^0+(?=\d)/, '');
    const index =
      [
        (o: HTMLOptionElement) => o.value === value,
        (o: HTMLOptionElement) => squeeze(o.label) === wanted || squeeze(o.textContent) === wanted,
        (o: HTMLOptionElement) => o.value.replace(/^0+(?=\d)/, '') === digits,
        (o: HTMLOptionElement) => /^\d{2}$/.test(wanted) && o.value === `20${wanted}`,
        (o: HTMLOptionElement) => squeeze(o.textContent).includes(wanted),
      ]
        .map((test) => options.findIndex(test))
        .find((at) => at >= 0) ?? -1;
    if (index < 0) return false;
    element.focus();
    element.selectedIndex = index;
    // A popup menu of the system cannot be driven by keys from here; only these two events are not a person's.
    element.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
    element.dispatchEvent(new Event('change', { bubbles: true }));
    return true;
  };

  let expected: Element | null = null;
  const heard = new Set<string>();
  const hear = (event: Event): void => {
    const path = event.composedPath();
    const isIt = (at: EventTarget) =>
      at === expected || (at instanceof HTMLLabelElement && at.control === expected);
    if (event.isTrusted && path.some(isIt)) heard.add(event.type);
  };
  /** First in line, before a page could stop an event; `document.open` takes all listeners away. */
  const listen = () => {
    for (const type of ['mousedown', 'mouseup', 'click'])
      addEventListener(type, hear, { capture: true, passive: true });
  };
  listen();

  scope.eyes = {
    setHints: (list) => {
      hints = list.map((hint) => ({
        field: hint.field,
        autocomplete: new Set(hint.autocomplete),
        names: hint.names.map((source) => new RegExp(source, 'i')),
        labels: hint.labels.map((source) => new RegExp(source, 'i')),
      }));
    },
    setClosedRoots: (...inside) => {
      const roots = inside.map((node) => node.getRootNode()).filter((root) => root instanceof ShadowRoot);
      closed = new Map(roots.map((root) => [root.host, root]));
    },
    survey,
    kept: (index) => keptElements[index] ?? null,
    find,
    visible,
    box,
    viewport: () => ({ x: 0, y: 0, width: innerWidth, height: innerHeight }),
    shown: () => outerWidth > 0 && outerHeight > 0,
    topmost,
    reaches,
    describe,
    focused,
    filled: (element) => ('value' in element ? element.value !== '' : squeeze(element.textContent) !== ''),
    editable: isField,
    quietFor: () => performance.now() - lastChange,
    select,
    expectPress: (element) => {
      expected = element;
      heard.clear();
      listen();
    },
    wasPressed: (element) =>
      element !== expected || heard.has('click') || (heard.has('mousedown') && heard.has('mouseup')),
  };
}
