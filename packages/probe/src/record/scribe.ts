import type { Eyes } from '../page/eyes.ts';
import type { selectorsOf } from './selectors.ts';

/** What a person did, told by the page it was done in. Untrusted: a page could tell of anything. */
export interface Act {
  readonly kind: 'click' | 'change' | 'enter';
  readonly steady: string[][];
  readonly other: string[][];
  readonly aria: { readonly name: string; readonly role: string };
  /** Of the field or the thing pressed. */
  readonly words: string;
  readonly group: string;
  readonly names: string;
  readonly type: string;
  readonly autocomplete: string;
  readonly placeholder: string;
  readonly maxLength: number | null;
  /** What the field takes of a card; then `value` says only how it was written, never what. */
  readonly card: string | null;
  readonly value: string;
}

/**
 * Runs in every document of a recording, before its first script; sent as text, so all it knows comes in. A card's
 * values never leave it: of what goes into a card field, and of digits that could be a card, only the shape is told.
 */
export function installScribe(
  eyes: Eyes,
  send: (act: Act) => void,
  selectors: typeof selectorsOf,
  isCard: (text: string) => boolean,
): void {
  const pending = new Map<Element, string>();
  const attr = (element: Element, name: string): string => element.getAttribute(name) ?? '';
  const squeeze = (text: string | null | undefined): string =>
    (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 200);
  const spaced = (text: string): string =>
    text
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
      .toLowerCase();
  const FIELD =
    'input:not([type=submit],[type=button],[type=image],[type=radio],[type=checkbox],[type=reset]),select,textarea';
  const PRESSABLE = 'a,button,input,label,summary,[role],[onclick],select,textarea';
  const name = (element: Element): { name: string; role: string } => {
    const known = element as { computedName?: string; computedRole?: string };
    return {
      name: squeeze(known.computedName ?? attr(element, 'aria-label')),
      role: known.computedRole ?? '',
    };
  };
  const tell = (kind: Act['kind'], element: Element, value: string): void => {
    const { steady, other } = selectors(element);
    const seen = eyes.describe(element);
    const secret = seen?.card ?? (isCard(value) ? 'number' : null);
    const input = element instanceof HTMLInputElement ? element : null;
    const words =
      seen?.label ||
      squeeze((element as HTMLElement).innerText) ||
      (input?.type === 'submit' ? input.value : attr(element, 'alt'));
    const row = element.closest('tr,dl,li,fieldset,.field,.form-row');
    send({
      kind,
      steady,
      other,
      aria: name(element),
      words: squeeze(isCard(words) ? '' : words),
      group: squeeze(row?.querySelector('th,dt,legend')?.textContent),
      names: spaced([attr(element, 'name'), element.id].join(' ')).slice(0, 200),
      type: input?.type ?? element.localName,
      autocomplete: attr(element, 'autocomplete').toLowerCase(),
      placeholder: squeeze(attr(element, 'placeholder')),
      maxLength: input && input.maxLength > 0 ? input.maxLength : null,
      card: input?.type === 'password' && secret === null ? 'password' : secret,
      // The shape: digits as 0, letters as a. Enough to tell 07/29 from 0729, and a name from a number.
      value:
        secret === null && input?.type !== 'password'
          ? value
          : value
              .replace(/\p{Nd}/gu, '0')
              .replace(/\p{L}/gu, 'a')
              .slice(0, 25),
    });
  };
  const flush = (element?: Element): void => {
    for (const [field, value] of pending) {
      if (element !== undefined && field !== element) continue;
      pending.delete(field);
      tell('change', field, value);
    }
  };
  const targetOf = (event: Event): Element | null => {
    const [first] = event.composedPath();
    return first instanceof Element ? first : null;
  };
  addEventListener(
    'input',
    (event) => {
      const field = targetOf(event);
      if (event.isTrusted && field?.matches(FIELD)) pending.set(field, (field as HTMLInputElement).value);
    },
    true,
  );
  addEventListener(
    'change',
    (event) => {
      const field = targetOf(event);
      if (!field?.matches(FIELD)) return;
      // In the order in which they were filled in, whichever had the keyboard last.
      for (const other of pending.keys()) if (other !== field) flush(other);
      // A menu of the system tells of its choice by this alone.
      if (field instanceof HTMLSelectElement) pending.set(field, field.value);
      flush(field);
    },
    true,
  );
  addEventListener('pagehide', () => flush(), true);
  addEventListener(
    'keydown',
    (event) => {
      const field = targetOf(event);
      if (!event.isTrusted || event.key !== 'Enter' || event.isComposing || !field?.matches('input')) return;
      flush();
      tell('enter', field, '');
    },
    true,
  );
  addEventListener(
    'click',
    (event) => {
      const first = targetOf(event);
      const element = first?.closest(PRESSABLE) ?? first;
      // Enter presses a form's button too; that is told already.
      if (
        !event.isTrusted ||
        !element ||
        (event.detail === 0 && element.matches('button,[type=submit],[type=image]'))
      )
        return;
      if (element.matches(FIELD)) return;
      const label = element.closest('label');
      const control = label?.control ?? null;
      if (control && element !== control) {
        // The box itself hears of it next; unless nobody can see it, and then its label is what is pressed.
        if (control.matches(FIELD) || eyes.visible(control)) return;
      } else if (
        element instanceof HTMLInputElement &&
        /^(radio|checkbox)$/.test(element.type) &&
        !eyes.visible(element)
      )
        return;
      flush();
      tell('click', control && element !== control && label ? label : element, '');
    },
    true,
  );
}
