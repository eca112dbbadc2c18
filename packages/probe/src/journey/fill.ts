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
  mmyy: ['expiry', (f) => f.canary.card.expiry.replace('/', '')],
  // Four boxes of four digits, as in many older shops.
  number1: ['number', (f) => f.canary.card.number.slice(0, 4)],
  number2: ['number', (f) => f.canary.card.number.slice(4, 8)],
  number3: ['number', (f) => f.canary.card.number.slice(8, 12)],
  number4: ['number', (f) => f.canary.card.number.slice(12)],
  code: ['code', (f) => f.canary.card.code],
  holder: ['holder', (f) => f.canary.card.holder],
};

type Shopper = Canary['shopper'];
const as =
  (member: keyof Shopper, change: (value: string) => string = (value) => value): Fill =>
  (f) =>
    change(f.canary.shopper[member]);

/** How a form may want a part written: apart, in another script, without its dashes. */
const SHOPPER: Readonly<Record<string, Fill>> = {
  familyName: as('familyName'),
  givenName: as('givenName'),
  familyKana: as('familyKana'),
  givenKana: as('givenKana'),
  familyHiragana: as('familyKana', hiragana),
  givenHiragana: as('givenKana', hiragana),
  familyHalfKana: as('familyKana', halfWidth),
  givenHalfKana: as('givenKana', halfWidth),
  // For shops that take only Latin letters; a merchant must still see at once what the order is.
  familyLatin: () => 'KAKUNIN',
  givenLatin: () => 'TEST',
  postcode: as('postcode'),
  postcode1: as('postcode', (value) => value.replace(/\D/g, '').slice(0, 3)),
  postcode2: as('postcode', (value) => value.replace(/\D/g, '').slice(3)),
  postcodeDigits: as('postcode', (value) => value.replace(/\D/g, '')),
  prefecture: as('prefecture'),
  prefectureLatin: () => 'Tokyo',
  city: as('city'),
  cityLatin: () => 'Chiyoda-ku',
  street: as('street'),
  streetLatin: () => '1-1 Chiyoda (TEST PATROL)',
  phone: as('phone'),
  phone1: as('phone', (value) => value.slice(0, 3)),
  phone2: as('phone', (value) => value.slice(3, 7)),
  phone3: as('phone', (value) => value.slice(7)),
  phoneDashed: as('phone', (value) => `${value.slice(0, 3)}-${value.slice(3, 7)}-${value.slice(7)}`),
  email: as('email'),
};

function hiragana(katakana: string): string {
  return katakana.replace(/[ァ-ヶ]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0x60));
}

const FULL =
  'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー';
const HALF = 'ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ';

/** Voiced kana come apart into the letter and its mark, as half-width ones are written. */
function halfWidth(katakana: string): string {
  return Array.from(katakana.normalize('NFD'))
    .map((char) => (char === '\u3099' ? 'ﾞ' : char === '\u309A' ? 'ﾟ' : (HALF[FULL.indexOf(char)] ?? char)))
    .join('');
}

const PLACE = /\{\{\s*([\w.]+)\s*\}\}/g;

const lookUp = (name: string): Fill | null => {
  if (name === 'origin') return (f) => f.origin;
  const [group, member = ''] = name.split('.');
  if (group === 'canary' && Object.hasOwn(CARD, member)) return CARD[member]?.[1] ?? null;
  if (group === 'shopper' && Object.hasOwn(SHOPPER, member)) return SHOPPER[member] ?? null;
  return null;
};

/** The first placeholder of a text that means nothing, null when all are known. */
export function unknownPlaceholder(value: string): string | null {
  for (const [whole, name = ''] of value.matchAll(PLACE)) {
    if (lookUp(name) === null) return whole;
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
