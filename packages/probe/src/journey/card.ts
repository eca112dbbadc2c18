import type { Canary, CardField } from '@komainu/model';
import type { SeenField } from '../page/eyes.ts';
import type { Seen, Sight } from '../page/sight.ts';
import type { CardFieldsWitness, Reachable } from '../witness/card-fields.ts';
import type { Hands } from './hands.ts';

/** Keys of a person who reads digits off a card. */
const PACE = 22;

/** Types card values where a person would: into whatever has the keyboard after a click at the field's place. */
export interface CardTypist {
  /** False: no field took the keyboard. `where` is the element the journey means. */
  into(where: Seen, field: CardField, value: string): Promise<boolean>;
  /** Into the reachable fields of a view, each as the field asks for it. Gives the fields that took a value. */
  byHint(fields: readonly Reachable[], canary: Canary): Promise<ReadonlySet<CardField>>;
}

/** `mark` is told of the element before a value is typed into it. */
export function createCardTypist(
  hands: Hands,
  sight: Sight,
  witness: CardFieldsWitness,
  mark: (seen: Seen, field: CardField) => Promise<void> = () => Promise.resolve(),
): CardTypist {
  const into: CardTypist['into'] = async (where, field, value) => {
    await mark(where, field);
    if (await sight.of(where, 'select', value).catch(() => false)) {
      await witness.typed(field, where);
      return true;
    }
    if (!(await hands.click(where))) return false;
    // An overlay laid over the provider's frame has the keyboard now, and gets the canary. That is the point.
    const focused = await hands.field();
    if (!focused) return false;
    await mark(focused, field);
    if (await sight.of(focused, 'filled').catch(() => false)) await hands.press('ControlOrMeta+A');
    await hands.type(value, PACE);
    // Keys typed before the browser knows which frame has the focus are lost.
    if (!(await sight.of(focused, 'filled').catch(() => true))) await hands.type(value, PACE);
    // Asked again: the first key may move the keyboard elsewhere (fields that jump on).
    await witness.typed(field, focused);
    return true;
  };
  const byHint: CardTypist['byHint'] = async (fields, canary) => {
    const done = new Set<CardField>();
    const quarters = fields.filter((item) => item.field === 'number' && item.described.maxLength === 4);
    for (const item of fields) {
      const value = valueFor(item, canary, quarters.indexOf(item));
      if (await into(item.seen, item.field, value).catch(() => false)) done.add(item.field);
    }
    return done;
  };
  return { into, byHint };
}

function valueFor(item: Reachable, canary: Canary, quarter: number): string {
  const { card } = canary;
  if (item.field === 'expiry') return expiryFor(item.described, card.expiry);
  // Four boxes of four digits, as in many older shops.
  if (item.field === 'number' && quarter >= 0) return card.number.slice(quarter * 4, quarter * 4 + 4);
  return card[item.field];
}

function expiryFor(field: SeenField, expiry: string): string {
  const [month = '', year = ''] = expiry.split('/');
  const words = `${field.autocomplete} ${field.name} ${field.label}`.toLowerCase();
  const asksMonth = /month|\bmm\b|月|exp[-_]?m/.test(words);
  const asksYear = /year|\byy|年|exp[-_]?y/.test(words);
  if (asksMonth && !asksYear) return month;
  if (asksYear && !asksMonth) return field.maxLength === 4 || /yyyy|西暦/.test(words) ? `20${year}` : year;
  return field.maxLength === 4 ? month + year : expiry;
}
