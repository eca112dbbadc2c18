/** Alternatives of a selector, each a chain through open shadow roots, as Chrome DevTools Recorder writes them. */
export type Alternatives = readonly (readonly string[])[];

/**
 * Runs in the page; sent as text, so it knows nothing from outside. Each alternative finds the element first of all,
 * now; `steady` ones come first, which name it by what programs rarely change. What was typed is in none of them.
 */
export function selectorsOf(element: Element): { steady: string[][]; other: string[][] } {
  const attr = (one: Element, name: string): string => one.getAttribute(name) ?? '';
  // Made anew for every build, visit or render.
  const passing = (name: string): boolean =>
    name.length > 60 ||
    /\d{5,}|[0-9a-f]{8,}|^:r|^(ember|react|radix|headlessui|mui)[-_]?|[a-z0-9]*\d[a-z]+\d[a-z0-9]*$/i.test(
      name,
    );
  const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
  const finds = (root: Document | ShadowRoot, selector: string, wanted: Element): boolean => {
    try {
      const found = root.querySelectorAll(selector);
      return found.length === 1 && found[0] === wanted;
    } catch {
      return false;
    }
  };
  const named = (root: Document | ShadowRoot, one: Element): string | null => {
    const tag = one.localName;
    const tries = [
      one.id && !passing(one.id) ? `#${CSS.escape(one.id)}` : '',
      // An element of the shop's own making.
      tag.includes('-') ? tag : '',
      ...['data-testid', 'data-test', 'data-qa', 'name', 'autocomplete', 'aria-label'].map((name) => {
        const value = attr(one, name);
        return value && !passing(value) ? `${tag}[${name}=${quote(value)}]` : '';
      }),
      one instanceof HTMLInputElement && one.name && /^(radio|checkbox|submit)$/.test(one.type)
        ? `${tag}[name=${quote(one.name)}][value=${quote(attr(one, 'value'))}]`
        : '',
      one instanceof HTMLAnchorElement && attr(one, 'href').length < 120
        ? `${tag}[href=${quote(attr(one, 'href'))}]`
        : '',
    ];
    return tries.find((selector) => selector !== '' && finds(root, selector, one)) ?? null;
  };
  const path = (root: Document | ShadowRoot, one: Element): string => {
    const parts: string[] = [];
    for (let at: Element | null = one; at; at = at.parentElement) {
      const anchor: string | null = at === one ? null : named(root, at);
      if (anchor !== null) {
        parts.unshift(anchor);
        break;
      }
      const { localName } = at;
      const same: Element[] = [...(at.parentNode?.children ?? [])].filter(
        (child) => child.localName === localName,
      );
      parts.unshift(same.length > 1 ? `${localName}:nth-of-type(${same.indexOf(at) + 1})` : localName);
    }
    return parts.join(' > ');
  };
  const roots: { root: Document | ShadowRoot; one: Element }[] = [];
  for (let at: Element | null = element; at; ) {
    const root: Node = at.getRootNode();
    if (!(root instanceof ShadowRoot || root instanceof Document)) break;
    roots.unshift({ root, one: at });
    at = root instanceof ShadowRoot ? root.host : null;
  }
  const steady: string[][] = [];
  const other: string[][] = [];
  const hosts = roots.slice(0, -1).map(({ root, one }) => named(root, one) ?? path(root, one));
  const last = roots.at(-1);
  if (!last) return { steady, other };
  const name = named(last.root, last.one);
  if (name !== null) steady.push([...hosts, name]);
  other.push([...hosts, path(last.root, last.one)]);
  if (roots.length === 1) {
    const steps: string[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) {
      const { localName } = at;
      if (at !== element && at.id && !passing(at.id) && !at.id.includes('"')) {
        steps.unshift(`//*[@id="${at.id}"]`);
        break;
      }
      const same: Element[] = [...(at.parentNode?.children ?? [])].filter(
        (child) => child.localName === localName,
      );
      steps.unshift(`/${localName}${same.length > 1 ? `[${same.indexOf(at) + 1}]` : ''}`);
    }
    other.push([`xpath/${steps.join('')}`]);
  } else if (name !== null) other.push([`pierce/${name}`]);
  const PRESSED = 'a,button,[role=button],label,[role=option],[role=tab],[role=radio],summary';
  const wordsOf = (one: Element): string => (one.textContent ?? '').replace(/\s+/g, ' ').trim();
  const words = element.matches(PRESSED) ? wordsOf(element) : '';
  const alike =
    words === '' ? [] : [...document.querySelectorAll(PRESSED)].filter((one) => wordsOf(one).includes(words));
  if (words !== '' && words.length <= 40 && alike.every((one) => one === element || element.contains(one)))
    other.push([`text/${words}`]);
  return { steady, other };
}

/** The accessible name as a selector, where it says something. */
export function ariaSelector(name: string, role: string): string | null {
  const plain = name.replace(/\s+/g, ' ').trim();
  if (plain === '' || plain.length > 80 || plain.includes('"') || plain.includes('[')) return null;
  return /^(button|link|radio|checkbox|textbox|combobox|searchbox|option|tab)$/.test(role)
    ? `aria/${plain}[role="${role}"]`
    : `aria/${plain}`;
}

/** Recorder's order is aria first; an id that stands still is surer, and names change with the language. */
export const inOrder = (steady: Alternatives, aria: string | null, other: Alternatives): string[][] => [
  ...steady.map((chain) => [...chain]),
  ...(aria === null ? [] : [[aria]]),
  ...other.map((chain) => [...chain]),
];
