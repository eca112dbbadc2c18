import type { Canary, CardField, Journey } from '@komainu/model';

export interface Filling {
  readonly origin: string;
  readonly canary: Canary;
}

type Fill = (filling: Filling) => string;

const CARD: Readonly<Record<string, readonly [CardField, Fill]>> = {
  number: ['number', (f) => f.canary.card.number],
  expiry: ['expiry', (f) => f.canary.card.expiry],
  // Many Japanese forms ask for month and year apart.
  month: ['expiry', (f) => f.canary.card.expiry.slice(0, 2)],
  year: ['expiry', (f) => f.canary.card.expiry.slice(3)],
  year4: ['expiry', (f) => `20${f.canary.card.expiry.slice(3)}`],
  code: ['code', (f) => f.canary.card.code],
  holder: ['holder', (f) => f.canary.card.holder],
};
const PLACE = /\{\{\s*([\w.]+)\s*\}\}/g;

const lookUp = (name: string): Fill | null => {
  if (name === 'origin') return (f) => f.origin;
  const [group, member = ''] = name.split('.');
  if (group === 'canary' && Object.hasOwn(CARD, member)) return CARD[member]?.[1] ?? null;
  if (group === 'shopper') return (f) => f.canary.shopper[member as keyof Canary['shopper']] ?? '';
  return null;
};

const SHOPPER = [
  'familyName',
  'givenName',
  'familyKana',
  'givenKana',
  'postcode',
  'prefecture',
  'city',
  'street',
  'phone',
  'email',
];

/** The first placeholder of a text that means nothing, null when all are known. */
export function unknownPlaceholder(value: string): string | null {
  for (const [whole, name = ''] of value.matchAll(PLACE)) {
    const member = name.split('.')[1] ?? '';
    if (lookUp(name) === null || (name.startsWith('shopper.') && !SHOPPER.includes(member))) return whole;
  }
  return null;
}

/** `{{origin}}`, `{{canary.…}}` and `{{shopper.…}}` filled in. */
export const fill = (value: string, filling: Filling): string =>
  value.replace(PLACE, (whole, name: string) => lookUp(name)?.(filling) ?? whole);

/** Which card field a value belongs to, null for one that carries nothing of the card. */
export function cardFieldOf(value: string): CardField | null {
  for (const [, name = ''] of value.matchAll(PLACE)) {
    const [group, member = ''] = name.split('.');
    if (group === 'canary') return CARD[member]?.[0] ?? null;
  }
  return null;
}

/** Every text of a journey that may hold placeholders. */
export const fillable = (journey: Journey): readonly string[] =>
  journey.steps.flatMap((step) => {
    if (step.type === 'navigate') return [step.url];
    return step.type === 'change' ? [step.value] : [];
  });
