import { createHmac } from 'node:crypto';
import type { Persona } from '@komainu/model';

const TOKYO = 'Asia/Tokyo';
const DESKTOP = { device: 'desktop', viewport: { width: 1366, height: 768 }, timeZone: TOKYO } as const;
const WIDE = { ...DESKTOP, viewport: { width: 1536, height: 730 } } as const;
const MOBILE = { device: 'mobile', viewport: { width: 412, height: 839 }, timeZone: TOKYO } as const;
const JAPANESE = ['ja', 'en-US', 'en'] as const;
const JAPANESE_PHONE = ['ja-JP', 'ja', 'en-US', 'en'] as const;

/**
 * Visitors by whom attackers tell customers from those who look for them: device, language, where they come from and
 * what their clock says. The first is the one an attacker would not leave out: Japanese, at home, at a computer.
 *
 * A free visit's clock cannot be moved without the page's noticing (`Emulation.setVirtualTimePolicy` pins it, a patched
 * `Date` shows). Two personas therefore live where it is another hour, and their browser says so too; `clockShift` is
 * for visits whose clock is pinned anyway.
 */
export const PERSONAS: readonly Persona[] = [
  { id: 'desktop-ja', ...DESKTOP, languages: JAPANESE, referrer: null },
  { id: 'mobile-ja', ...MOBILE, languages: JAPANESE_PHONE, referrer: null },
  { id: 'desktop-ja-search', ...WIDE, languages: JAPANESE, referrer: 'https://www.google.com/' },
  { id: 'mobile-ja-search', ...MOBILE, languages: JAPANESE_PHONE, referrer: 'https://search.yahoo.co.jp/' },
  { id: 'mobile-ja-social', ...MOBILE, languages: JAPANESE_PHONE, referrer: 'https://l.instagram.com/' },
  { id: 'desktop-ja-mail', ...DESKTOP, languages: JAPANESE, referrer: 'https://mail.yahoo.co.jp/' },
  { id: 'desktop-en', ...WIDE, languages: ['en-US', 'en'], referrer: 'https://www.google.com/' },
  {
    id: 'mobile-zh',
    ...MOBILE,
    languages: ['zh-CN', 'zh'],
    timeZone: 'Asia/Shanghai',
    referrer: 'https://www.baidu.com/',
  },
  // Night there while it is day in Japan, and the other way round.
  { id: 'desktop-ja-abroad', ...DESKTOP, languages: JAPANESE, timeZone: 'America/New_York', referrer: null },
  { id: 'mobile-ja-night', ...MOBILE, languages: JAPANESE_PHONE, referrer: null, clockShift: 0 },
  { id: 'desktop-ja-weekend', ...DESKTOP, languages: JAPANESE, referrer: null, clockShift: 0 },
];

const MINUTE = 60_000;
const DAY = 24 * 60;
/** Japan keeps no summer time; 1970 began on a Thursday. */
const JAPAN = 9 * 60;

/** Minutes from `now` (ms since 1970) to the next moment of a clock: half past two at night, a Saturday's afternoon. */
const SHIFTS: Readonly<Record<string, (now: number) => number>> = {
  'mobile-ja-night': (now) => until(now, 2 * 60 + 30, DAY),
  'desktop-ja-weekend': (now) => until(now, 2 * DAY + 14 * 60, 7 * DAY),
};

function until(now: number, moment: number, period: number): number {
  const here = Math.floor(now / MINUTE) + JAPAN;
  return (((moment - here) % period) + period) % period;
}

/** A persona as it is at a moment: its clock shifted to the hour it stands for. */
const at = (persona: Persona, now: number): Persona => {
  const shift = SHIFTS[persona.id];
  return shift === undefined ? persona : { ...persona, clockShift: shift(now) };
};

/**
 * The persona of a page's `turn`-th check, counted from 0. Every round of {@link PERSONAS} has each of them once, in an
 * order that nobody knows who does not know the secret; the first turn of all is the first persona, as whoever sets a
 * shop up expects. Pure: the same turn, secret and moment give the same persona.
 */
export function personaFor(turn: number, secret: string, now: number): Persona {
  const count = PERSONAS.length;
  const order = orderOf(Math.floor(turn / count), secret);
  const persona = PERSONAS[order[turn % count] ?? 0] ?? PERSONAS[0];
  if (persona === undefined) throw new Error('no persona');
  return at(persona, now);
}

/** The persona of this name as it is now; undefined when there is none. */
export function personaOf(id: string, now: number): Persona | undefined {
  const persona = PERSONAS.find((one) => one.id === id);
  return persona && at(persona, now);
}

function orderOf(round: number, secret: string): readonly number[] {
  const rank = (index: number): string =>
    createHmac('sha256', secret).update(`persona ${round} ${index}`).digest('hex');
  const order = PERSONAS.map((_, index) => index).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  return round === 0 ? [0, ...order.filter((index) => index !== 0)] : order;
}
