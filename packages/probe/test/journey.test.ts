import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCanary, openBrowser, parseJourney, type ProbeBrowser } from '../src/index.ts';
import { cardFieldOf, fill } from '../src/journey/fill.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

let browser: ProbeBrowser;
let shop: Site;

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.81', {
    '/inner':
      '<input id="deep" aria-label="Deep"><script>deep.oninput = () => fetch("/deep?" + deep.value)</script>',
  });
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

test('what is no journey is refused with file, step and key', () => {
  const bad = parseJourney({ title: 'x', steps: [{ type: 'click' }] }, 'journey.json');
  expect(bad.kind === 'refused' && bad.message.en).toMatch(/^journey\.json: step 1, selectors/);
  expect(bad.kind === 'refused' && bad.message.ja).toContain('手順 1');
  expect(parseJourney(null, 'x').kind).toBe('refused');
  expect(parseJourney({ title: 'x', steps: [] }, 'x').kind).toBe('refused');
  const unknown = parseJourney({ title: 'x', steps: [{ type: 'navigate', url: '{{orign}}/' }] }, 'j.json');
  expect(unknown.kind === 'refused' && unknown.message.en).toContain('{{orign}}');
});

test('placeholders are filled in; a value knows its card field', () => {
  const canary = newCanary();
  const filling = { origin: 'http://a', canary };
  expect(
    fill('{{origin}}/{{canary.number}}/{{canary.month}}{{canary.year4}}/{{shopper.city}}', filling),
  ).toBe(
    `http://a/${canary.card.number}/${canary.card.expiry.slice(0, 2)}20${canary.card.expiry.slice(3)}/千代田区`,
  );
  expect(['{{canary.number}}', '{{canary.year}}', '{{shopper.email}}', '1'].map(cardFieldOf)).toEqual([
    'number',
    'expiry',
    null,
    null,
  ]);
});

const SELECTORS: readonly (readonly [string, readonly (string | readonly string[])[]])[] = [
  ['css', [['#plain']]],
  ['chain through a shadow root', [['#host', '#shadowed']]],
  ['pierce/', [['pierce/#shadowed']]],
  ['text/', [['text/Press here']]],
  ['aria/ by label', [['aria/Order now']]],
  ['aria/ with a role', [['aria/Order now[role="button"]']]],
  ['xpath/', [['xpath///*[@id="plain"]']]],
  ['the second alternative', [['#gone'], ['#plain']]],
  ['a plain string', ['#plain']],
];
test.each(SELECTORS)('selector: %s', async (_name, selectors) => {
  shop.pages['/s'] =
    `<div id="host"></div><button id="plain" aria-label="Order now"><b>Press here</b></button><script>
document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<button id="shadowed">x</button>';
addEventListener('click', (e) => fetch('/clicked?' + e.composedPath()[0].localName))</script>`;
  const before = shop.got('/clicked').length;
  const journey = parseJourney(
    {
      title: 'x',
      steps: [
        { type: 'navigate', url: '{{origin}}/s' },
        { type: 'click', selectors },
      ],
    },
    'j',
  );
  if (journey.kind !== 'ok') throw new Error(journey.message.en);
  const { recording } = await run(browser, pageOf(`${shop.origin}/s`), journey.journey, { purpose: 'proof' });
  expect(recording.failure).toBeNull();
  expect(shop.got('/clicked').length).toBe(before + 1);
});

test('every step a recorder writes: fields, menus, frames, keys, waiting', async () => {
  shop.pages['/form'] =
    `<form id="f" action="/done"><input id="name" value="old"><input id="kana"><select id="pref"><option value="">-<option>東京都<option>大阪府</select>
<textarea id="note"></textarea><input type="checkbox" id="ok"><button>送信</button></form><iframe srcdoc="<p>first</p>"></iframe><iframe src="/inner"></iframe>
<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<i id="late">late</i>'), 400); window.ready = false; setTimeout(() => window.ready = true, 300)</script>`;
  shop.pages['/done'] = '<h1>done</h1>';
  const parsed = parseJourney(
    {
      title: 'x',
      steps: [
        { type: 'setViewport', width: 100, height: 100 },
        {
          type: 'navigate',
          url: '{{origin}}/form',
          assertedEvents: [{ type: 'navigation', url: '', title: '' }],
        },
        { type: 'waitForElement', selectors: [['#late']], visible: true },
        { type: 'waitForExpression', expression: 'window.ready === true' },
        { type: 'change', selectors: [['#name']], value: '{{shopper.familyName}}' },
        { type: 'change', selectors: [['#kana']], value: 'abc 1' },
        { type: 'change', selectors: [['#pref']], value: '{{shopper.prefecture}}' },
        { type: 'change', selectors: [['#note']], value: 'メモ' },
        { type: 'hover', selectors: [['#ok']] },
        { type: 'click', selectors: [['#ok']], offsetX: 4, offsetY: 4 },
        { type: 'change', selectors: [['#deep']], frame: [1], value: 'Z' },
        { type: 'scroll', x: 0, y: 50 },
        { type: 'click', selectors: [['#note']] },
        { type: 'keyDown', key: 'Tab' },
        { type: 'keyUp', key: 'Tab' },
        { type: 'click', selectors: [['text/送信']], assertedEvents: [{ type: 'navigation' }] },
        { type: 'waitForElement', selectors: [['text/done']] },
      ],
    },
    'j',
  );
  if (parsed.kind !== 'ok') throw new Error(parsed.message.en);
  const { recording, scripts } = await run(browser, pageOf(`${shop.origin}/form`), parsed.journey);
  expect(recording.failure).toBeNull();
  expect(recording.steps).toHaveLength(17);
  expect(shop.got('/deep').map((item) => item.url)).toEqual(['/deep?Z']);
  expect(shop.got('/done')).toHaveLength(1);
  // The expression was run in the page's world, and is not taken for the page's script.
  expect(scripts.some((script) => script.text.includes('window.ready === true'))).toBe(false);
});

test('a frame that is not where the recorder saw it is found all the same', async () => {
  shop.pages['/frames'] = '<iframe srcdoc="<p>chat</p>"></iframe><iframe src="/inner"></iframe>';
  const before = shop.got('/deep').length;
  const { recording } = await run(browser, pageOf(`${shop.origin}/frames`), {
    title: 'x',
    steps: [
      { type: 'navigate', url: '{{origin}}/frames' },
      { type: 'waitForElement', selectors: [['#deep']], frame: [0], visible: true },
      { type: 'change', selectors: [['#deep']], frame: [0], value: 'Y' },
    ],
  });
  expect(recording.failure).toBeNull();
  expect(shop.got('/deep').length).toBe(before + 1);
});
