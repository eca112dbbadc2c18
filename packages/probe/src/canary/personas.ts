import type { Persona } from '@komainu/model';

/** Visitors an attacker would not leave out: Japanese, at home, on the two devices most of them use. */
export const PERSONAS: readonly Persona[] = [
  {
    id: 'desktop-ja',
    device: 'desktop',
    viewport: { width: 1366, height: 768 },
    languages: ['ja', 'en-US', 'en'],
    timeZone: 'Asia/Tokyo',
    referrer: null,
  },
  {
    id: 'mobile-ja',
    device: 'mobile',
    viewport: { width: 412, height: 839 },
    languages: ['ja-JP', 'ja', 'en-US', 'en'],
    timeZone: 'Asia/Tokyo',
    referrer: null,
  },
  {
    id: 'desktop-ja-search',
    device: 'desktop',
    viewport: { width: 1536, height: 730 },
    languages: ['ja', 'en-US', 'en'],
    timeZone: 'Asia/Tokyo',
    referrer: 'https://www.google.com/',
  },
];
