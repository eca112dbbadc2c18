import type { Language } from '@komainu/model';

const words = {
  en: { d: ' d', h: ' h', m: ' min', s: ' s', gap: ' ' },
  ja: { d: '日', h: '時間', m: '分', s: '秒', gap: '' },
} as const;

/**
 * A span in the two largest units that matter: `0.412 s`, `59.999 s`, `1 min 05 s`, `3 h 12 min`, `38 d 4 h`.
 * Below a minute to the millisecond: that is where a halt is won.
 */
export const span = (milliseconds: number, language: Language): string => {
  const w = words[language];
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < 60_000) return `${(whole / 1000).toFixed(3)}${w.s}`;
  const seconds = Math.floor(whole / 1000);
  const [d, h, m, s] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  if (d > 0) return `${d}${w.d}${w.gap}${h}${w.h}`;
  if (h > 0) return `${h}${w.h}${w.gap}${String(m).padStart(2, '0')}${w.m}`;
  return `${m}${w.m}${w.gap}${String(s).padStart(2, '0')}${w.s}`;
};

/** From the first alteration: `+0.412 s`; `−3 h 10 min` for what came before it. */
export const elapsed = (milliseconds: number, language: Language): string =>
  `${milliseconds < 0 ? '−' : '+'}${span(Math.abs(milliseconds), language)}`;

/** A rough age for things that tick: `now`, `12 s`, `4 min`, `3 h`, `2 d`; seconds only below a minute. */
export const age = (milliseconds: number, language: Language): string => {
  const w = words[language];
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}${w.s}`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${w.m}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}${w.h}`;
  return `${Math.floor(seconds / 86_400)}${w.d}`;
};
