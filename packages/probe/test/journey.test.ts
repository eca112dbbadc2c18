import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCanary, openBrowser, parseJourney, type ProbeBrowser } from '../src/index.ts';
import { cardFieldOf, fill } from '../src/journey/fill.ts';
import { names } from '../src/journey/resolve.ts';
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

const NAVIGATE = {
  type: 'navigate',
  url: 'http://a/',
  assertedEvents: [{ type: 'navigation', url: 'http://a/', title: '' }],
};
test.each<readonly [string, Record<string, unknown>]>([
  ['customStep', { type: 'customStep', name: 'x', parameters: {} }],
  ['emulateNetworkConditions', { type: 'emulateNetworkConditions', download: 1, upload: 1, latency: 1 }],
  ['close', { type: 'close', target: 'main' }],
  ['attributes', { type: 'waitForElement', selectors: ['#a'], attributes: { a: 'b' } }],
  ['properties', { type: 'waitForElement', selectors: ['#a'], properties: { value: 'b' } }],
  ['assertedEvents', { ...NAVIGATE, assertedEvents: [{ type: 'download' }] }],
  ['selectors', { type: 'click', selectors: [], offsetX: 1, offsetY: 1 }],
])('what a recorder may write and a visit does not do is refused by name: %s', (name, step) => {
  const parsed = parseJourney({ title: 'x', steps: [NAVIGATE, step, NAVIGATE] }, 'j.json');
  expect(parsed.kind === 'refused' && parsed.message.en).toMatch(
    new RegExp(`^j\\.json: step 2, .*${name}.*(Delete|delete|Record)`),
  );
  expect(parsed.kind === 'refused' && parsed.message.ja).toContain('手順 2');
});

test('a real export: its own members, the close at its end, frames of other processes by their address', () => {
  const parsed = parseJourney(
    {
      title: 'Recording 2026/11/22',
      timeout: 5000,
      selectorAttribute: 'data-testid',
      steps: [
        {
          type: 'setViewport',
          width: 1200,
          height: 800,
          deviceScaleFactor: 1,
          isMobile: false,
          hasTouch: false,
          isLandscape: false,
        },
        NAVIGATE,
        {
          type: 'click',
          target: 'main',
          selectors: [
            ['aria/カートに入れる'],
            ['#add'],
            ['xpath///*[@id="add"]'],
            ['pierce/#add'],
            ['text/カートに'],
          ],
          offsetX: 12.5,
          offsetY: 7,
          duration: 134.2,
          deviceType: 'touch',
          button: 'primary',
        },
        {
          type: 'change',
          value: '4111',
          selectors: [['#n']],
          target: 'https://pay.test/fields?session=1',
          frame: [0],
        },
        { type: 'close', target: 'main' },
      ],
    },
    'j',
  );
  expect(parsed).toMatchObject({ kind: 'ok', journey: { steps: { length: 4 } } });
});

test('a selector that says what it means is told from one that counts', () => {
  for (const one of [
    '#a',
    ['x-y', '#a'],
    'aria/A',
    'text/A',
    'a[href="/x"]',
    ['#a > .b'],
    ['pierce/#a'],
    ['xpath///*[@id="a"]'],
  ])
    expect([one, names(one)]).toEqual([one, true]);
  for (const one of [
    'div > a',
    ['#a > li:nth-of-type(2) > a'],
    ['xpath//html/body/div[2]/a'],
    ['#a > button'],
    ['xpath///*[@id="a"]/p/a'],
  ])
    expect([one, names(one)]).toEqual([one, false]);
});

test('placeholders for boxes that hold a part: together they are the whole', () => {
  const canary = newCanary();
  const filling = { origin: 'http://a', canary };
  expect(fill('{{canary.number1}}{{canary.number2}}{{canary.number3}}{{canary.number4}}', filling)).toBe(
    canary.card.number,
  );
  expect(fill('{{shopper.phone1}}{{shopper.phone2}}{{shopper.phone3}}', filling)).toBe(canary.shopper.phone);
  expect(fill('{{shopper.postcode1}}-{{shopper.postcode2}} {{shopper.postcodeDigits}}', filling)).toBe(
    '100-0001 1000001',
  );
  expect(fill('{{shopper.familyHiragana}} {{shopper.familyHalfKana}}', filling)).toBe('かくにんよう ｶｸﾆﾝﾖｳ');
  const voiced = { ...filling, canary: { ...canary, shopper: { ...canary.shopper, givenKana: 'ガッパー' } } };
  expect(fill('{{shopper.givenHalfKana}}', voiced)).toBe('ｶﾞｯﾊﾟｰ');
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
  ['aria/ in a chain', [['#host', 'aria/Shadowed']]],
  ['aria/ all the way', [['aria/Frame of it', 'aria/Shadowed']]],
  ['aria/ with a role', [['aria/Order now[role="button"]']]],
  ['xpath/', [['xpath///*[@id="plain"]']]],
  ['the second alternative', [['#gone'], ['#plain']]],
  ['a plain string', ['#plain']],
];
test.each(SELECTORS)('selector: %s', async (_name, selectors) => {
  shop.pages['/s'] =
    `<div id="host" role="group" aria-label="Frame of it"></div><button id="plain" aria-label="Order now"><b>Press here</b></button><script>
document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML = '<button id="shadowed" aria-label="Shadowed">x</button>';
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

test('a button that moves away between press and release is clicked again; one that took the click is not', async () => {
  shop.pages['/moves'] =
    `<div id="above"></div><button id="moves">Next</button><button id="stays">Pay</button>
<script>
  moves.onmousedown = () => { if (!above.style.height) above.style.height = '120px' };
  moves.onclick = () => fetch('/moved');
  addEventListener('click', (event) => { if (event.target === stays) { fetch('/stayed'); event.stopImmediatePropagation() } }, true);
</script>`;
  const { recording } = await run(browser, pageOf(`${shop.origin}/moves`), {
    title: 'x',
    steps: [
      { type: 'navigate', url: '{{origin}}/moves' },
      { type: 'click', selectors: [['#moves']] },
      { type: 'click', selectors: [['#stays']] },
    ],
  });
  expect(recording.failure).toBeNull();
  expect([shop.got('/moved').length, shop.got('/stayed').length]).toEqual([1, 1]);
});
