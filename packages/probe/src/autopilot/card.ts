import type { SeenField } from '../page/eyes.ts';
import type { Reachable } from '../witness/card-fields.ts';

/** How a card field wants its part written, as the value of a recorded step. */
export function cardValue(item: Reachable, all: readonly Reachable[]): string {
  const { described, field } = item;
  if (field === 'expiry') return `{{canary.${expiryOf(described)}}}`;
  const quarters = all.filter((one) => one.field === 'number' && one.described.maxLength === 4);
  const at = quarters.indexOf(item);
  return at >= 0 && at < 4 ? `{{canary.number${at + 1}}}` : `{{canary.${field}}}`;
}

function expiryOf(field: SeenField): 'expiry' | 'month' | 'year' | 'year4' | 'mmyy' {
  const words = `${field.autocomplete} ${field.name} ${field.label}`.toLowerCase();
  const month = /month|\bmm\b|月|exp[-_]?m/.test(words);
  const year = /year|\byy|年|exp[-_]?y/.test(words);
  if (month && !year) return 'month';
  if (year && !month) return field.maxLength === 4 || /yyyy|西暦/.test(words) ? 'year4' : 'year';
  // Two menus under one heading: the first is the month.
  if (field.type === 'select') return /month|mm/.test(field.name.toLowerCase()) ? 'month' : 'year';
  return field.maxLength === 4 ? 'mmyy' : 'expiry';
}
