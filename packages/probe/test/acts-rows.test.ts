import type { Journey, ScriptAct } from '@komainu/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROWS } from '../src/attribute/rows.ts';
import { openBrowser, type ProbeBrowser } from '../src/index.ts';
import { pageOf, run } from './support/run.ts';
import { type Site, startSite } from './support/site.ts';

/** Every row of the table must be told of when its example runs in a page; those a worker has, in a worker too. */
let browser: ProbeBrowser;
let shop: Site;
let acts: readonly ScriptAct[];
let gaps: readonly unknown[];

const inWorker = (example: string): boolean =>
  example !== '' &&
  !/\b(field|form|area|menu|editable|event|press|input|document|canvas|window|history|localStorage|navigator|location|open|cookieStore|Worker|SharedWorker|DataTransfer|XMLSerializer|CSSStyleSheet|RTC\w+|getSelection|socket|fetchLater)\b/.test(
    example,
  );
const functionsOf = (where: 'page' | 'worker'): string =>
  ROWS.map((row, index) =>
    row.example === '' || (where === 'worker' && !inWorker(row.example))
      ? 'null'
      : `async function ${where}${index}(card, evil) { ${row.example} }`,
  ).join(',\n');
const RUN = `for (const row of rows) { if (row) try { await row(card, evil) } catch (error) { errors.push(row.name + ': ' + error) } }`;
const PAGE = `<!doctype html><meta charset="utf-8"><form action="/done" method="post">
<label>カード番号 <input id="n" name="card" autocomplete="cc-number"></label>
<label>名義 <textarea id="area"></textarea></label>
<label>期限 <select id="menu">${Array.from({ length: 12 }, (_, n) => `<option value="${String(n + 1).padStart(2, '0')}">${n + 1}</option>`).join('')}</select></label></form>
<div id="editable" contenteditable style="width:200px;height:30px;border:1px solid"></div><canvas id="canvas"></canvas><iframe name="nowhere"></iframe>
<script>
const [field, area, menu, editable, canvas] = ['n', 'area', 'menu', 'editable', 'canvas'].map((id) => document.getElementById(id)), [form] = document.forms;
const socket = location.origin.replace('http', 'ws') + '/socket', errors = [];
let event, input, press;
field.addEventListener('keydown', (e) => { if (e.key !== 'Tab') event = e }); field.addEventListener('input', (e) => { input = e }); field.addEventListener('keypress', (e) => { press = e });
const rows = [${functionsOf('page')}];
async function all() {
  const card = field.value, evil = 'http://localhost:9/?n=' + card;
  ${RUN}
  const worker = new Worker('/w.js');
  worker.onmessage = (e) => { errors.push(...e.data); document.title = 'done' };
  worker.postMessage([card, evil]);
}
</script>`;

beforeAll(async () => {
  browser = await openBrowser();
  shop = await startSite('127.0.0.1', {
    '/': PAGE,
    '/x': '',
    '/sw.js': '',
    '/w.js': `const rows = [${functionsOf('worker')}]; onmessage = async ({ data: [card, evil] }) => { const errors = []; ${RUN} postMessage(errors) }`,
  });
  const origin = `http://shop.localhost:${shop.port}`;
  const change = (id: string, value: string) => ({ type: 'change' as const, selectors: [[`#${id}`]], value });
  const journey: Journey = {
    title: 'all rows',
    steps: [
      { type: 'navigate', url: `${origin}/` },
      change('area', '{{canary.holder}}'),
      change('menu', '{{canary.month}}'),
      change('editable', '{{canary.holder}}'),
      change('n', '{{canary.number}}'),
      { type: 'waitForExpression', expression: 'all(), true' },
      { type: 'waitForExpression', expression: 'document.title === "done"', timeout: 20_000 },
    ],
  };
  const { recording } = await run(browser, pageOf(`${origin}/`), journey, { privateNetwork: true });
  expect(recording.failure).toBeNull();
  const artifact = recording.artifacts.acts;
  if (artifact?.kind !== 'observed') throw new Error('no acts');
  acts = artifact.value;
  gaps = artifact.gaps;
});
afterAll(async () => {
  await browser.close();
  await shop.close();
});

const by = (name: string, api: string): readonly ScriptAct[] =>
  acts.filter((act) => act.api === api && act.stack.some((frame) => frame.function === name));

test('nothing was missed on the way', () => {
  expect(gaps).toEqual([]);
});
describe('in a page', () => {
  test.each(ROWS.flatMap((row, index) => (row.example === '' ? [] : [{ ...row, index }])))(
    '$api ($place)',
    ({ api, act, index }) => {
      const found = by(`page${index}`, api);
      expect(found.map((item) => item.act)).toContain(act);
      expect(found[0]?.fields.length).toBeGreaterThan(0);
    },
  );
});
describe('in a worker', () => {
  test.each(ROWS.flatMap((row, index) => (inWorker(row.example) ? [{ ...row, index }] : [])))(
    '$api',
    ({ api, act, index }) => {
      expect(by(`worker${index}`, api).map((item) => [item.act, item.target])).toContainEqual([
        act,
        'worker',
      ]);
    },
  );
});
