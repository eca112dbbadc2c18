import { keyOf, type Memory, triedOf } from './memory.ts';
import { type Asked, type Part, partOf } from './parts.ts';
import type { Control, Scene } from './scene.ts';
import { AGREES, CHECKOUT_PAGE, isCardChoice, MAKES_ACCOUNT, PAYS_OTHERWISE, SUBSCRIBES } from './words.ts';

/** The part of a page that asks who the shopper is. */
export interface AddressForm {
  readonly asked: readonly Asked[];
  /** Boxes and choices to press: terms to agree to, the first of an unanswered question. */
  readonly boxes: readonly Control[];
}

const NOTHING: AddressForm = { asked: [], boxes: [] };
/** Parts that only a form for an order or an account asks for. */
const TELLING: ReadonlySet<Part> = new Set<Part>([
  'familyName',
  'givenName',
  'fullName',
  'postcode',
  'prefecture',
  'city',
  'street',
  'phone',
  'email',
]);

/** The form that is the order's: not the login beside it, nor the newsletter below it. */
export function formOf(scene: Scene, memory: Memory): AddressForm {
  const asked = scene.controls.flatMap((control): readonly Asked[] => {
    const part = partOf(control);
    return part === null || control.kind === 'radio' ? [] : [{ control, part }];
  });
  const groups = [...new Set(asked.map(({ control }) => control.form))].map((form) =>
    asked.filter(({ control }) => control.form === form),
  );
  const checkout = CHECKOUT_PAGE.test(`${scene.headings} ${scene.title} ${scene.url}`);
  const count = (group: readonly Asked[]): number =>
    new Set(group.map(({ part }) => part).filter((part) => TELLING.has(part))).size;
  const mine = groups.filter((group) => {
    const login = group.some(({ part }) => part === 'password');
    const parts = count(group);
    if (login) return parts >= 3;
    if (parts >= 2) return true;
    // A checkout that first asks for an address to write to, and for nothing else.
    const words = scene.controls
      .filter(({ form }) => form === group[0]?.control.form)
      .map((one) => `${one.words} ${one.names}`);
    return parts === 1 && checkout && !SUBSCRIBES.test(words.join(' ')) && group.length <= 2;
  });
  const best = mine.sort((a, b) => count(b) - count(a))[0];
  if (best === undefined) return memory.given ? { asked: [], boxes: boxesOf(scene, null, memory) } : NOTHING;
  const form = best[0]?.control.form ?? null;
  // A form and the fields that scripts keep outside of it.
  const whole = asked.filter(({ control }) => control.form === form || control.form === null);
  return { asked: whole, boxes: boxesOf(scene, form, memory) };
}

/** Entries still to be made: empty ones, and those called wrong since. */
export function toFill(scene: Scene, { asked }: AddressForm, memory: Memory): readonly Asked[] {
  return asked.filter(({ control, part }) => {
    if (part === 'password' || part === 'sex') return false;
    if ((part === 'building' || part === 'company' || part === 'birthday') && !control.required) return false;
    const tries = triedOf(memory, keyOf(scene, control, 'fill'));
    if (control.kind === 'select' && part === 'country' && tries === 0)
      return (
        !/^(jp|japan|日本)$/i.test(control.value) &&
        control.options.some(([value, words]) => /^jp$|japan|日本/i.test(`${value} ${words}`))
      );
    if (triedOf(memory, keyOf(scene, control, `fill ${memory.sent}`)) > 0) return false;
    if (control.invalid) return tries < 3;
    return !control.filled && tries < 2;
  });
}

function boxesOf(scene: Scene, form: number | null, memory: Memory): readonly Control[] {
  const near = scene.controls.filter((one) => (one.form === form || form === null) && !one.disabled);
  const boxes = near.filter((one) => {
    if (one.kind !== 'checkbox') return false;
    if (SUBSCRIBES.test(one.words)) return one.checked;
    if (one.checked || MAKES_ACCOUNT.test(one.words.replace(/個人情報の?保存/g, ''))) return false;
    return AGREES.test(one.words) || one.required;
  });
  const radios = near.filter((one) => one.kind === 'radio' && !isCardChoice(one.words));
  const names = new Set(radios.map(({ name }) => name));
  const unanswered = [...names].flatMap((name) => {
    const group = scene.controls.filter((one) => one.kind === 'radio' && one.name === name);
    // The way to pay is chosen elsewhere, and by name.
    if (group.some((one) => one.checked || isCardChoice(one.words) || PAYS_OTHERWISE.test(one.words)))
      return [];
    const first = group.find((one) => !one.disabled);
    return first === undefined ? [] : [first];
  });
  return memory.cardTyped ? [] : [...boxes, ...unanswered];
}
