import type { Persona } from '@komainu/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, PERSONAS, type ProbeBrowser } from '../src/index.ts';
import { AFTER_TYPING, AT_LOAD, AT_REST, type Bait, baitPage } from './support/bait.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** A real visit, attribution and all, to a page that asks everything a skimmer could ask. */
let browser: ProbeBrowser;
let shop: Site;
let answers: Readonly<Record<string, unknown>>;

const MOBILE = `<!doctype html><meta name="viewport" content="width=device-width"><label>カード番号 <input id="n" autocomplete="cc-number"></label><script>
const m = (q) => matchMedia(q).matches;
const d = document.createElement('div'); d.style.cssText = 'width:100px;height:100px;overflow:scroll'; document.documentElement.append(d);
fetch('/mobile', { method: 'POST', body: JSON.stringify({ hover: m('(hover: none)'), coarse: m('(pointer: coarse)'), touch: navigator.maxTouchPoints > 0, start: 'ontouchstart' in window, bar: d.offsetWidth - d.clientWidth, ratio: devicePixelRatio, mobile: navigator.userAgentData.mobile }) });
</script>`;

async function visit(path: string, persona: Persona | undefined): Promise<void> {
  const origin = `http://shop.localhost:${shop.port}`;
  const asked = (name: string) => ({
    type: 'waitForExpression' as const,
    expression: `performance.getEntriesByName('${origin}/${name}').length > 0`,
    timeout: 20_000,
  });
  const bait = path === '/';
  const { recording } = await run(
    browser,
    pageOf(`${origin}${path}`),
    {
      title: 'bait',
      steps: [
        { type: 'navigate', url: `${origin}${path}` },
        ...(bait ? [asked('rest')] : []),
        { type: 'change', selectors: [['#n']], value: '{{canary.number}}' },
        { type: 'keyDown', key: 'Tab' },
        ...(bait ? [asked('typed')] : []),
      ],
    },
    { privateNetwork: true, ...(persona ? { persona } : {}) },
  );
  expect(recording.failure).toBeNull();
  expect(recording.artifacts.acts).toMatchObject({ kind: 'observed' });
}

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.1', { '/': baitPage(), '/mobile-page': MOBILE });
  await visit('/', PERSONAS[0]);
  const of = (path: string): object => JSON.parse(shop.got(path)[0]?.body ?? '{}') as object;
  answers = { ...of('/load'), ...of('/rest'), ...of('/typed') };
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

const asOrdinary = ({ id, ordinary, rule }: Bait): void => {
  const answer = answers[id];
  if (!rule) expect(answer).toEqual(ordinary);
  else {
    // The rule holds for the reference itself, where it was recorded.
    if (ordinary !== null) expect(rule(ordinary as never)).toBe(true);
    expect({ answer, ordinary: rule(answer as never) }).toEqual({ answer, ordinary: true });
  }
};

test('there are enough questions', () => {
  expect(AT_LOAD.length + AT_REST.length + AFTER_TYPING.length).toBeGreaterThanOrEqual(25);
});
describe('while the page loads', () => {
  test.each(AT_LOAD)('$id: $why', asOrdinary);
});
describe('when it has come to rest', () => {
  test.each(AT_REST)('$id: $why', asOrdinary);
});
describe('after the card was typed', () => {
  test.each(AFTER_TYPING)('$id: $why', asOrdinary);
});

test('headers agree with what scripts are told; nothing is asked for that the page did not ask for', () => {
  const headers: Readonly<Record<string, unknown>> = shop.got('/')[0]?.headers ?? {};
  expect(headers['accept-language']).toBe('ja,en-US;q=0.9,en;q=0.8');
  const major = /Chrome\/(\d+)/.exec(String(headers['user-agent']))?.[1] ?? '';
  expect(headers['sec-ch-ua']).toContain(`"Chromium";v="${major}"`);
  expect(headers['sec-ch-ua-platform']).toBe('"Windows"');
  expect(headers['sec-ch-ua-mobile']).toBe('?0');
  expect(headers['upgrade-insecure-requests']).toBe('1');
  expect(JSON.stringify(shop.received)).not.toMatch(/headless/i);
  const asked = new Set(shop.received.map((item) => new URL(item.url, 'http://x').pathname));
  expect(
    [...asked].filter((path) => !['/', '/load', '/rest', '/typed', '/favicon.ico'].includes(path)),
  ).toEqual([]);
});

test('a telephone has a finger and no mouse', async () => {
  await visit(
    '/mobile-page',
    PERSONAS.find((persona) => persona.device === 'mobile'),
  );
  expect(JSON.parse(shop.got('/mobile')[0]?.body ?? '{}')).toEqual({
    hover: true,
    coarse: true,
    touch: true,
    start: true,
    bar: 0,
    ratio: 2.625,
    mobile: true,
  });
});
