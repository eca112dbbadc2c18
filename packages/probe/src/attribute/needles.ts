import type { Canary, CardField } from '@komainu/model';

/** Card fields as bits, so that a page's reporter can tell several in one number. */
export const BITS: Readonly<Record<CardField, number>> = { number: 1, expiry: 2, code: 4, holder: 8 };

export const fieldsOf = (bits: number): readonly CardField[] =>
  (Object.keys(BITS) as CardField[]).filter((field) => (bits & BITS[field]) !== 0);

/** What a value is recognised by. Plain data: it is sent into pages, where only the reporter can reach it. */
export interface Needles {
  /** The number as people and programs write it; any six characters of digits in a row are looked for. */
  readonly forms: readonly string[];
  /** Encoded pieces long enough to be no accident. */
  readonly pieces: readonly string[];
  readonly holder: readonly string[];
  /** Too short to be looked for on their own: only beside one of the above, or in a field that was typed into. */
  readonly code: string;
  readonly expiry: readonly string[];
}

export function needlesOf({ card }: Pick<Canary, 'card'>): Needles {
  const { number, holder, expiry } = card;
  const grouped = (by: string): string => (number.match(/.{1,4}/g) ?? []).join(by);
  const [month = '', year = ''] = expiry.split('/');
  const digits = number.split('');
  const reversed = digits.toReversed().join('');
  return {
    forms: [number, grouped(' '), grouped('-'), grouped('+'), grouped('%20')],
    pieces: [
      ...windows(reversed, 8),
      ...windows(Buffer.from(number).toString('hex'), 16),
      ...windows(digits.map((digit) => `${digit.charCodeAt(0)}`).join(), 23),
      ...aligned(number).flatMap((text) => windows(text, 11)),
    ],
    holder: [
      ...new Set(
        [holder, holder.toLowerCase(), ...aligned(holder)].flatMap((text) => [
          text,
          text.replaceAll(' ', '+'),
          text.replaceAll(' ', '%20'),
          text.replaceAll(' ', ''),
        ]),
      ),
    ],
    code: card.code,
    expiry: [expiry, `${month}/20${year}`, `${month}%2F${year}`, `${month}${year}`, `20${year}-${month}`],
  };
}

/** What base64 makes of a text wherever it begins within three bytes, without the letters its neighbours decide. */
const aligned = (text: string): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    return whole.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + text.length) * 8) / 6));
  });

const windows = (text: string, size: number): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - size + 1) }, (_, at) => text.slice(at, at + size));
