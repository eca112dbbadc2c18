import { describe, expect, it } from 'vitest';
import { asText, byteSize, hexHead } from '../src/app/pure/bytes.ts';
import { age, elapsed, span } from '../src/app/pure/elapsed.ts';
import { readClock } from '../src/app/pure/time.ts';
import { makeVisible, visibleText } from '../src/app/pure/visible.ts';

describe('elapsed', () => {
  it.each([
    [0, '+0.000 s', '+0.000秒'],
    [412, '+0.412 s', '+0.412秒'],
    [59_999, '+59.999 s', '+59.999秒'],
    [65_000, '+1 min 05 s', '+1分05秒'],
    [11_520_000, '+3 h 12 min', '+3時間12分'],
    [39 * 86_400_000, '+39 d 0 h', '+39日0時間'],
    [-1500, '−1.500 s', '−1.500秒'],
  ])('%d ms', (ms, en, ja) => {
    expect(elapsed(ms, 'en')).toBe(en);
    expect(elapsed(ms, 'ja')).toBe(ja);
  });

  it('never says 60 seconds', () => {
    expect(span(59_999.6, 'en')).toBe('1 min 00 s');
  });

  it('tells an age in its largest unit', () => {
    expect([500, 12_900, 240_000, 7_200_000, 172_800_000].map((ms) => age(ms, 'en'))).toEqual([
      '0 s',
      '12 s',
      '4 min',
      '2 h',
      '2 d',
    ]);
    expect(age(-3000, 'ja')).toBe('0秒');
  });
});

describe('the clock on the wall', () => {
  const at = Date.parse('2026-11-22T15:04:05.006Z');

  it('is read in the zone, to the millisecond, with the offset', () => {
    expect(readClock(at, 'Asia/Tokyo')).toEqual({
      date: '2026-11-23',
      time: '00:04:05.006',
      short: '00:04:05',
      offset: '+09:00',
    });
    expect(readClock(at, 'America/New_York')?.offset).toBe('-05:00');
    expect(readClock(at, 'Asia/Kathmandu')?.offset).toBe('+05:45');
  });

  it('falls back to UTC for a zone nobody knows, and says so by its offset', () => {
    expect(readClock(at, 'Mars/Olympus')).toMatchObject({ time: '15:04:05.006', offset: '+00:00' });
  });

  it('is null for what is no time', () => {
    expect(readClock(Number.NaN, 'UTC')).toBeNull();
  });
});

describe('hidden characters', () => {
  it('are named where they stand', () => {
    expect(makeVisible('pay\u202Egpj.exe')).toEqual([
      { kind: 'text', text: 'pay' },
      { kind: 'hidden', text: 'U+202E' },
      { kind: 'text', text: 'gpj.exe' },
    ]);
    expect(visibleText('a\u200Bb\u0000c\u{E0041}')).toBe('a⟨U+200B⟩b⟨U+0000⟩c⟨U+E0041⟩');
  });

  it('leave tabs, Japanese and emoji as they are', () => {
    expect(visibleText('\tこもれび自然市 🦁')).toBe('\tこもれび自然市 🦁');
  });

  it('include half a surrogate pair', () => {
    expect(visibleText('x\uD800')).toBe('x⟨U+D800⟩');
  });
});

describe('bytes', () => {
  const body = (bytes: Iterable<number>, cut = false) => ({ bytes: Uint8Array.from(bytes), cut });

  it('are text when they are UTF-8 without NUL', () => {
    expect(asText(body(new TextEncoder().encode('狛犬')))).toBe('狛犬');
    expect(asText(body([0x61, 0x00]))).toBeNull();
    expect(asText(body([0xff, 0xfe]))).toBeNull();
  });

  it('may be torn at the end only when they were cut', () => {
    const torn = new TextEncoder().encode('阿吽').subarray(0, 5);
    expect(asText(body(torn))).toBeNull();
    expect(asText(body(torn, true))).toBe('阿');
  });

  it('are shown as hexdump shows them', () => {
    expect(hexHead(new TextEncoder().encode('GIF89a<'))).toBe(
      '00000000  47 49 46 38 39 61 3c                              GIF89a<',
    );
    expect(hexHead(new Uint8Array(1000), 3).split('\n')).toHaveLength(3);
  });

  it('have a size for people', () => {
    expect([0, 9999, 12_345, 4_000_000].map(byteSize)).toEqual(['0 B', '9,999 B', '12.3 KB', '4.0 MB']);
  });
});
