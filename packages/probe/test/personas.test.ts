import { Persona } from '@komainu/model';
import { describe, expect, test } from 'vitest';
import { openBrowser, PERSONAS, personaFor, personaOf } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { startSite } from './support/site.ts';

const NOW = Date.parse('2026-11-22T12:00:00+09:00');

test('at least eight, each told from every other, each what the model calls a persona', () => {
  expect(PERSONAS.length).toBeGreaterThanOrEqual(8);
  for (const persona of PERSONAS) expect(Persona.parse(persona)).toEqual(persona);
  expect(new Set(PERSONAS.map(({ id }) => id)).size).toBe(PERSONAS.length);
  const looks = PERSONAS.map((one) => JSON.stringify({ ...one, id: '' }));
  expect(new Set(looks).size).toBe(PERSONAS.length);
  expect(new Set(PERSONAS.map(({ device }) => device)).size).toBe(2);
  expect(new Set(PERSONAS.map(({ languages }) => languages[0]?.slice(0, 2)))).toEqual(
    new Set(['ja', 'en', 'zh']),
  );
  expect(PERSONAS.filter(({ referrer }) => referrer !== null).length).toBeGreaterThan(3);
});

test('every zone is one that is known here', () => {
  for (const { timeZone } of PERSONAS) expect(() => Intl.DateTimeFormat('ja', { timeZone })).not.toThrow();
});

describe('the schedule', () => {
  const turns = (secret: string, from: number, count: number) =>
    Array.from({ length: count }, (_, at) => personaFor(from + at, secret, NOW).id);
  test('is fair: every round has each persona once', () => {
    for (let round = 0; round < 20; round++)
      expect(new Set(turns('s', round * PERSONAS.length, PERSONAS.length)).size).toBe(PERSONAS.length);
  });
  test('begins with the first, and is another for another secret and another round', () => {
    expect([turns('a', 0, 1), turns('b', 0, 1)]).toEqual([['desktop-ja'], ['desktop-ja']]);
    expect(turns('a', 0, 11)).not.toEqual(turns('b', 0, 11));
    expect(turns('a', 0, 11)).not.toEqual(turns('a', 11, 11));
    expect(turns('a', 0, 33)).toEqual(turns('a', 0, 33));
  });
  test('does not let its next step be told from the last ones: every persona follows every other', () => {
    const seen = new Set<string>();
    const run = turns('secret', 0, 3_000);
    for (const [at, id] of run.entries()) if (at > 0) seen.add(`${run[at - 1]} ${id}`);
    expect(seen.size).toBeGreaterThanOrEqual(PERSONAS.length * (PERSONAS.length - 1));
  });
});

test('is found by its name', () => {
  expect(personaOf('mobile-ja', NOW)?.device).toBe('mobile');
  expect(personaOf('nobody', NOW)).toBeUndefined();
});

test('night and weekend are those of the moment, whatever moment it is', () => {
  const clock = (id: string, now: number) =>
    new Date(now + (personaOf(id, now)?.clockShift ?? 0) * 60_000 + 9 * 3_600_000);
  for (let hour = 0; hour < 24 * 8; hour++) {
    const now = NOW + hour * 3_600_000;
    expect(clock('mobile-ja-night', now).toISOString().slice(11, 16)).toBe('02:30');
    const weekend = clock('desktop-ja-weekend', now);
    expect([weekend.getUTCDay(), weekend.getUTCHours()]).toEqual([6, 14]);
  }
});

describe('a shop that knows its visits by a header', () => {
  test('gets it on its own origin, on pages, scripts and calls, and nobody else does; a visit without it sends none', async () => {
    const [browser, shop, other] = await Promise.all([
      openBrowser(),
      startSite('127.0.0.153'),
      startSite('127.0.0.154', { '/tag.js': 'fetch("/beacon")', '/frame': '<p>frame</p>' }),
    ]);
    shop.pages['/away'] = (_, response) => {
      response.statusCode = 302;
      response.setHeader('location', `${other.origin}/landed`);
      response.end();
    };
    other.pages['/landed'] = 'landed';
    shop.pages['/pay'] =
      `<input autocomplete="cc-number"><script src="/app.js"></script><script src="${other.origin}/tag.js"></script><iframe src="${other.origin}/frame"></iframe>`;
    shop.pages['/app.js'] =
      'fetch("/api", { method: "POST", body: "x" }); fetch("/away", { mode: "no-cors" })';
    const page = pageOf(`${shop.origin}/pay`);
    await run(browser, page, null, { identify: { header: 'X-Komainu-Visit', value: 'abc' } });
    const told = (site: typeof shop) => site.received.map((one) => [one.url, one.headers['x-komainu-visit']]);
    const paths = new Map(told(shop).map(([url, value]) => [String(url), value]));
    expect([paths.get('/pay'), paths.get('/app.js'), paths.get('/api'), paths.get('/away')]).toEqual([
      'abc',
      'abc',
      'abc',
      'abc',
    ]);
    expect(told(other).map(([url]) => url)).toEqual(expect.arrayContaining(['/tag.js', '/frame', '/landed']));
    expect(told(other).every(([, value]) => value === undefined)).toBe(true);
    shop.received.length = 0;
    await run(browser, page);
    expect(told(shop).every(([, value]) => value === undefined)).toBe(true);
    await Promise.all([browser.close(), shop.close(), other.close()]);
  });
});
