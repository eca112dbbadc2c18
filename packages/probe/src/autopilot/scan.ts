import type { Eyes } from '../page/eyes.ts';
import type { PlatformHint } from './platforms.ts';
import type { Control, Scene } from './scene.ts';

/**
 * Runs in the page's isolated world, after the eyes; sent as text, so it knows nothing from outside. Reads the page as
 * a person would and keeps the elements for {@link Control.index}. Changes nothing a page can see.
 */
export function scanPage(platforms: readonly PlatformHint[], max: number): Scene {
  const scope = globalThis as unknown as { eyes: Eyes; pilot: Element[] };
  const visible = (element: Element): boolean => scope.eyes.visible(element);
  scope.pilot = [];
  const squeeze = (value: string | null | undefined, cut = 200): string =>
    (value ?? '').slice(0, 2_000).replace(/\s+/g, ' ').trim().slice(0, cut);
  const spaced = (value: string): string =>
    value
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
      .toLowerCase();
  const attr = (element: Element, name: string): string => element.getAttribute(name) ?? '';
  const deep = function* (root: Document | ShadowRoot): Generator<Element> {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* deep(element.shadowRoot);
    }
  };
  const textOf = (element: Element, cut = 200): string => {
    const own = squeeze(element instanceof HTMLElement ? element.innerText : element.textContent, cut);
    const alts = [...element.querySelectorAll('img[alt],svg[aria-label],[role=img][aria-label]')]
      .slice(0, 6)
      .map((image) => attr(image, 'alt') || attr(image, 'aria-label'));
    return squeeze([own, ...alts].join(' '), cut);
  };
  const byIds = (element: Element, name: string): string =>
    attr(element, name)
      .split(/\s+/)
      .map((id) => (id ? (element.getRootNode() as Document).getElementById?.(id)?.textContent : ''))
      .join(' ');
  const labelsOf = (element: Element): readonly HTMLLabelElement[] =>
    'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
  /** The cell, term or line before it, as in the tables of many older shops. */
  const before = (element: Element): string => {
    for (let at: Element | null = element, depth = 0; at && depth < 4; at = at.parentElement, depth++) {
      let previous = at.previousElementSibling;
      while (previous && /^(select|script|style|input|template)$/.test(previous.localName))
        previous = previous.previousElementSibling;
      const words = squeeze(previous?.textContent, 80);
      if (words && !previous?.querySelector('input:not([type=hidden]),select,textarea')) return words;
      if (/^(td|dd|tr|fieldset|form|section|li)$/.test(at.localName)) break;
    }
    return '';
  };
  const groupOf = (element: Element): string => {
    const set = element.closest('fieldset,[role=group],[role=radiogroup]');
    const legend = set?.querySelector('legend')?.textContent || (set && attr(set, 'aria-label'));
    const row = element.closest('tr,dl,li,.form-row,[class*=row],[class*=field],[class*=item]');
    const head = row?.querySelector('th,dt,legend,h2,h3,h4');
    return squeeze([legend, head?.textContent, before(element)].join(' '), 120);
  };
  const labelled = (element: Element): string => {
    const named = [attr(element, 'aria-label'), byIds(element, 'aria-labelledby')];
    const labels = labelsOf(element).map((label) => textOf(label, 120));
    return squeeze([...named, ...labels, attr(element, 'placeholder'), attr(element, 'title')].join(' '));
  };
  const besides = (element: Element): string => {
    const box = element.closest('label,li,td,dd,p,div');
    const words = box ? textOf(box, 160) : '';
    return words.length < 150 ? words : '';
  };
  const forms = [...document.forms];
  const formOf = (element: Element): number | null => {
    for (let at: Element | null = element; at; ) {
      const form: HTMLFormElement | null = (at as HTMLInputElement).form ?? at.closest('form');
      if (form instanceof HTMLFormElement) return forms.indexOf(form) < 0 ? null : forms.indexOf(form);
      const root: Node = at.getRootNode();
      at = root instanceof ShadowRoot ? root.host : null;
    }
    return null;
  };
  const shown = (element: Element): boolean => {
    if (element.closest('[inert],[aria-hidden=true]')) return false;
    return visible(element);
  };
  const numeral = (text: string): number | null => {
    const found = /(?:[¥￥$€£]\s?|(?:JPY|USD|EUR|GBP)\s?)(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*)\s?円/.exec(
      text.normalize('NFKC'),
    );
    const digits = found?.[1] ?? found?.[2];
    return digits === undefined ? null : Number(digits.replaceAll(',', ''));
  };
  const SOLD_OUT = /売り?切れ|品切れ?|在庫(なし|切れ)|完売|sold\s?out|out of stock/i;
  const ware = (link: HTMLAnchorElement): { price: number | null; soldOut: boolean } => {
    for (let at: Element | null = link, depth = 0; at && depth < 6; at = at.parentElement, depth++) {
      // A box around several things says nothing of one of them.
      if (new Set([...at.querySelectorAll('a[href]')].map((a) => (a as HTMLAnchorElement).href)).size > 3)
        break;
      const text = squeeze(at.textContent, 400);
      const price = numeral(text);
      if (price !== null) return { price, soldOut: SOLD_OUT.test(text) };
    }
    return { price: null, soldOut: false };
  };
  const invalid = (element: Element): boolean =>
    attr(element, 'aria-invalid') === 'true' ||
    /(^|[\s_-])(error|invalid|wrong|ng)([\s_-]|$)/i.test(
      `${element.className} ${element.closest('.field,.form-row,li,td,dd,p')?.className ?? ''}`,
    );

  type Kind = Control['kind'];
  const kindOf = (element: Element): Kind | null => {
    const role = attr(element, 'role');
    if (element instanceof HTMLInputElement) {
      if (/^(submit|button|image)$/.test(element.type)) return 'button';
      if (element.type === 'radio' || element.type === 'checkbox') return element.type;
      if (/^(hidden|reset|file|range|color)$/.test(element.type)) return null;
      return 'text';
    }
    if (element instanceof HTMLSelectElement) return 'select';
    if (element instanceof HTMLTextAreaElement) return 'text';
    if (role === 'option' || role === 'radio' || role === 'checkbox') return role;
    if (role === 'combobox' || (attr(element, 'aria-haspopup') === 'listbox' && role !== 'listbox'))
      return 'combo';
    if (element instanceof HTMLButtonElement || role === 'button') return 'button';
    if (element instanceof HTMLAnchorElement && element.hasAttribute('href'))
      return /^(javascript:|#|$)/i.test(attr(element, 'href')) ? 'button' : 'link';
    return role === 'link' || element.hasAttribute('onclick') ? 'button' : null;
  };
  const hintsOf = (element: Element): string[] =>
    here.flatMap(({ selectors }) =>
      Object.entries(selectors).flatMap(([purpose, selector]) => {
        try {
          return element.matches(selector) ? [purpose] : [];
        } catch {
          return [];
        }
      }),
    );
  const signature = [
    document.querySelector('meta[name=generator]')?.getAttribute('content') ?? '',
    (document.body as HTMLElement | null)?.className ?? '',
    (document.body as HTMLElement | null)?.id ?? '',
    ...[...document.querySelectorAll('script[src],link[rel=stylesheet],form[action]')]
      .slice(0, 80)
      .map((one) => attr(one, 'src') || attr(one, 'href') || attr(one, 'action')),
    location.pathname + location.search,
  ].join('\n');
  const here = platforms.filter(({ signs }) => signs.some((sign) => new RegExp(sign, 'i').test(signature)));

  const controls: Control[] = [];
  const links = new Set<string>();
  let seen = 0;
  for (const element of deep(document)) {
    if (++seen > 20_000 || controls.length >= max) break;
    const kind = kindOf(element);
    if (kind === null) continue;
    const input = element instanceof HTMLInputElement ? element : null;
    const select = element instanceof HTMLSelectElement ? element : null;
    const area = element instanceof HTMLTextAreaElement ? element : null;
    const box = kind === 'radio' || kind === 'checkbox';
    // A box that is drawn by its label: the label is what a person clicks.
    const face = shown(element) ? element : box ? (labelsOf(element).find(shown) ?? null) : null;
    if (!face) continue;
    const href = kind === 'link' ? (element as HTMLAnchorElement).href : '';
    if (kind === 'link') {
      const key = `${href} ${textOf(element, 40)}`;
      if (links.has(key) || !/^https?:/.test(href)) continue;
      links.add(key);
    }
    const chosen = select?.selectedOptions[0];
    const value = input?.value ?? area?.value ?? select?.value ?? '';
    const placeholderish =
      !chosen || chosen.value === '' || /^(-|—|選択|choose|select|都道府県)/i.test(squeeze(chosen.text));
    const press = kind === 'button' || kind === 'link' || kind === 'option' || kind === 'combo';
    const words = press
      ? squeeze([textOf(element), input ? input.value || input.alt : '', labelled(element)].join(' '))
      : labelled(element) || (box ? besides(element) : before(element));
    scope.pilot.push(face);
    controls.push({
      index: scope.pilot.length - 1,
      kind,
      words,
      group: press && kind !== 'combo' ? '' : groupOf(element),
      names: spaced(
        [attr(element, 'name'), element.id, attr(element, 'data-field'), attr(element, 'data-action')].join(
          ' ',
        ),
      ).slice(0, 200),
      name: attr(element, 'name').slice(0, 100),
      type: input?.type ?? element.localName,
      autocomplete: attr(element, 'autocomplete').toLowerCase().slice(0, 60),
      placeholder: squeeze(attr(element, 'placeholder'), 60),
      value: box || select ? squeeze(value, 80) : '',
      filled: select
        ? !placeholderish
        : kind === 'combo' && value === ''
          ? !/^$|選択|choose|select|please|^-/i.test(textOf(element, 60))
          : value !== '',
      checked: input?.checked ?? attr(element, 'aria-checked') === 'true',
      required: (input ?? select ?? area)?.required === true || attr(element, 'aria-required') === 'true',
      disabled:
        (element as HTMLButtonElement).disabled ||
        (input ?? area)?.readOnly === true ||
        attr(element, 'aria-disabled') === 'true',
      invalid: invalid(element),
      maxLength: input && input.maxLength > 0 ? input.maxLength : null,
      options: select
        ? [...select.options]
            .filter((o) => !o.disabled)
            .slice(0, 300)
            .map((o) => [o.value, squeeze(o.text, 60)])
        : [],
      href: href.slice(0, 1_000),
      form: formOf(element),
      dialog: element.closest('dialog,[role=dialog],[role=alertdialog],[aria-modal=true]') !== null,
      ...(kind === 'link' ? ware(element as HTMLAnchorElement) : { price: null, soldOut: false }),
      hints: hintsOf(element),
    });
  }
  const CHALLENGES: readonly (readonly [string, string])[] = [
    [
      'reCAPTCHA',
      'iframe[src*="/recaptcha/"][src*="anchor"]:not([src*="size=invisible"]),iframe[src*="/recaptcha/"][src*="bframe"]',
    ],
    [
      'hCaptcha',
      'iframe[src*="hcaptcha.com"][src*="frame=checkbox"],iframe[src*="hcaptcha.com"][src*="challenge"]',
    ],
    ['Turnstile', 'iframe[src*="challenges.cloudflare.com"]'],
    ['picture', 'img[src*="captcha" i],img[alt*="captcha" i],input[name*="captcha" i]:not([type=hidden])'],
  ];
  const captcha = CHALLENGES.find(([, selector]) => [...document.querySelectorAll(selector)].some(shown));
  return {
    url: location.href.slice(0, 2_000),
    title: squeeze(document.title),
    // A document that has not begun yet has no root.
    language: (document.documentElement as HTMLElement | null)?.lang.toLowerCase().slice(0, 20) ?? '',
    headings: squeeze(
      [...document.querySelectorAll('h1,h2')]
        .filter(shown)
        .slice(0, 8)
        .map((h) => h.textContent)
        .join(' | '),
      400,
    ),
    text: squeeze((document.body as HTMLElement | null)?.innerText.slice(0, 8_000), 4_000),
    controls,
    captcha: captcha?.[0] ?? null,
    platforms: here.map(({ id }) => id),
  };
}
