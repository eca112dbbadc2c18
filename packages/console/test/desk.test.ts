import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '@komainu/model';
import { after } from './support/blobs.ts';
import { DeskServer, TOKEN } from './support/desk-server.ts';
import {
  alertOnly,
  clean,
  halted,
  halting,
  hostile,
  type Scene,
  severalShops,
  silent,
} from './support/scenes.ts';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const REFUSED = {
  en: 'The check made just now found tampering.',
  ja: 'たった今の検査で改ざんが見つかりました。',
};

let dist: string;
let browser: Browser;
let server: DeskServer;
let page: Page;
let problems: string[];

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'komainu-console-'));
  // As it ships, and in a process of its own: the build sets NODE_ENV.
  execFileSync(
    process.execPath,
    [
      fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json'))),
      'build',
      '--outDir',
      dist,
      '--emptyOutDir',
      '--logLevel',
      'error',
    ],
    { cwd: HERE },
  );
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
});
afterAll(async () => {
  await browser?.close();
  await rm(dist, { recursive: true, force: true });
});
beforeEach(async () => {
  const { snapshot, bodies } = clean();
  server = await new DeskServer(dist, snapshot, bodies).start();
});
afterEach(async () => {
  await page?.context().close();
  await server.stop();
  // No script of the page failed, and nothing was refused by the content security policy.
  expect(problems).toEqual([]);
});

const enter = async (scene: Scene, locale = 'en-GB', hash = `#token=${TOKEN}`): Promise<void> => {
  server.show(scene.snapshot, scene.bodies);
  const context = await browser.newContext({ locale, reducedMotion: 'reduce', acceptDownloads: false });
  page = await context.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (line) => {
    if (/Content Security Policy|TrustedHTML/i.test(line.text())) problems.push(line.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${server.url}/`)) problems.push(`asked ${request.url()}`);
  });
  await page.goto(`${server.url}/${hash}`);
};
const live = () => page.locator('.live-mark.is-live').waitFor();
const heading = () => page.getByRole('heading', { level: 1 }).textContent();
const move = (scene: Scene, kind: LedgerEntry['kind']): void => {
  server.show(scene.snapshot, scene.bodies);
  const index = scene.snapshot.ledger.size - 1;
  server.push({ index, entry: { kind, at: after(0) } as LedgerEntry });
};

describe('the build', () => {
  it('stays below 150 KB over the wire, holds every style sheet, and asks nothing of anyone else', async () => {
    await enter(clean());
    await live();
    const names = await readdir(join(dist, 'assets'));
    const files = await Promise.all(names.map((name) => readFile(join(dist, 'assets', name))));
    expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(150_000);
    const sheets = new URL('../src/app/css/', import.meta.url);
    const imported = await readFile(new URL('style.css', sheets), 'utf8');
    for (const name of await readdir(sheets))
      if (name !== 'style.css') expect(imported).toContain(`./${name}`);
    // A header without its styles is a hundred times as high.
    expect((await page.locator('header').boundingBox())?.height).toBeLessThan(120);
  });
});

describe('signing in', () => {
  it('takes the token out of the address bar and trades it for a cookie', async () => {
    await enter(clean());
    await live();
    expect(page.url()).toBe(`${server.url}/`);
    expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    expect(await page.evaluate(() => document.cookie + Object.values(localStorage).join())).not.toContain(
      TOKEN,
    );
    await page.reload();
    await live();
  });

  it('asks for the token without one, says when it is wrong, and lets the right one in', async () => {
    await enter(clean(), 'ja-JP', '');
    await page.getByLabel('トークン').fill('wrong');
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByText('このトークンは登録されていません。').waitFor();
    await page.getByLabel('トークン').fill(TOKEN);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await live();
  });
});

describe('the gate', () => {
  it.each([
    ['ja-JP', 'カード決済は開いています', 'カード決済を止めています', 'カード決済は停止中、停止を確認済み'],
    [
      'en-GB',
      'Card payments are open',
      'Card payments are being stopped',
      'Card payments are stopped, and it is proved',
    ],
  ])('is told as it changes, without a reload (%s)', async (locale, open, closing, shut) => {
    await enter(clean(), locale);
    await live();
    expect(await heading()).toBe(open);
    expect(await page.locator('.statue.is-calm').count()).toBe(2);
    move(halting(), 'halt.switched-off');
    await page.getByRole('heading', { level: 1, name: closing }).waitFor();
    expect(await page.locator('.statue.is-alert').count()).toBe(1);
    move(halted(), 'halt.proved');
    await page.getByRole('heading', { level: 1, name: shut }).waitFor();
    expect(await page.locator('.gate.is-halted').count()).toBe(1);
    expect(await page.title()).toContain(shut);
    await live();
  });

  it('tells the story in times to the millisecond, counted from the first alteration', async () => {
    await enter(halted());
    await live();
    await page.locator('.moment.is-altered').waitFor();
    const rows = await page.locator('.moment').allInnerTexts();
    expect(rows[0]?.replaceAll(/\s+/g, ' ')).toContain('12:14:07.181+09:00'.replace('+', ' +'));
    expect(rows[0]).toContain('+0.000 s');
    expect(rows.at(-1)).toContain('+3.840 s');
    expect(await page.locator('.figure dd').allInnerTexts()).toEqual(['0.063 s', '0.412 s', '3.840 s']);
  });

  it('shows the altered file as a diff, a minified one by its changed part, a picture by its bytes', async () => {
    await enter(halted());
    await page.locator('.binary pre').waitFor();
    const [first, second] = await page.locator('.diff').all();
    expect(await first?.locator('tr.is-added').count()).toBe(3);
    expect(await first?.locator('tr.is-added').nth(2).innerText()).toContain('127.0.0.99:4399');
    expect(await second?.locator('mark').first().innerText()).toContain('relay("127.0.0.99",e);');
    expect((await second?.innerText())?.length).toBeLessThan(2000);
    expect(await page.locator('.binary pre').innerText()).toContain('89 50 4e 47');
    expect(await page.locator('.change').first().innerText()).toMatch(/www-data.*4711.*php-fpm: pool www/);
  });

  it('does not call a silent guardian or an open gate after tampering calm', async () => {
    await enter(silent());
    await page.getByText('A guardian is silent.').waitFor();
    move(alertOnly(), 'judged');
    await page.getByText('card payments are still open').waitFor();
    expect(await page.getByRole('button', { name: 'Stop card payments' }).isEnabled()).toBe(true);
  });
});

describe('the button', () => {
  it('asks who and why, orders once, and is gone when the halt runs', async () => {
    await enter(clean());
    server.onPost = () => {
      move(halting(), 'halt.ordered');
      return { status: 202, body: { incident: 'incident_0mabcdefg0123456789abcdef' } };
    };
    await page.getByRole('button', { name: 'Stop card payments' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop card payments now?' });
    await dialog.getByRole('button', { name: 'Stop card payments now' }).click();
    expect(server.posts).toEqual([]);
    await dialog.getByLabel('Your name').fill('Yamada Hanako');
    await dialog.getByLabel('Reason').fill('The processor called');
    await dialog.getByRole('button', { name: 'Stop card payments now' }).dblclick();
    await page.getByText('There is nothing more to press.').waitFor();
    expect(await page.locator('.button.halt').count()).toBe(0);
    expect(server.posts).toEqual([
      { path: '/api/shops/komorebi/halt', body: { person: 'Yamada Hanako', reason: 'The processor called' } },
    ]);
  });

  it('says so when the order did not arrive', async () => {
    await enter(clean(), 'ja-JP');
    const message = { en: 'The disk is full.', ja: 'ディスクに空きがありません。' };
    server.onPost = () => ({ status: 503, body: { error: { code: 'storage', message } } });
    await page.getByRole('button', { name: 'カード決済を止める' }).click();
    await page.getByLabel('お名前').fill('山田');
    await page.getByLabel('理由').fill('連絡あり');
    await page.getByRole('button', { name: '今すぐ止める' }).click();
    await page.getByRole('alert').getByText('ディスクに空きがありません。').waitFor();
    await server.stop();
    await page.getByRole('button', { name: '今すぐ止める' }).click();
    await page.getByText('サーバーに接続できず、指示は届いていません。').waitFor();
  });

  it.each([
    ['en-GB', 'Resume card payments…', 'Your name', 'Reason', 'Check and resume', REFUSED.en],
    ['ja-JP', 'カード決済を再開する…', 'お名前', '理由', '検査して再開する', REFUSED.ja],
  ])('gives the sentence of a refused resumption (%s)', async (locale, open, name, why, go, sentence) => {
    await enter(halted(), locale);
    server.onPost = () => ({ status: 409, body: { kind: 'refused', reason: REFUSED } });
    await page.getByRole('button', { name: open }).click();
    await page.getByLabel(name).fill('山田 花子');
    await page.getByLabel(why).fill('restored');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: go }).click();
    await page.getByRole('alert').getByText(sentence).waitFor();
    expect(server.posts).toEqual([
      {
        path: '/api/shops/komorebi/resume',
        body: { person: '山田 花子', reason: 'restored', accept: ['altered-files'] },
      },
    ]);
    expect(await heading()).not.toMatch(/open|開いて/);
  });
});

describe('being live', () => {
  it('says since when it is not, ages nothing, and comes back by itself', async () => {
    await enter(clean());
    await live();
    expect(await page.locator('.ago').count()).toBe(2);
    server.cutStreams(true);
    const banner = page
      .getByRole('alert')
      .filter({ hasText: /Connection lost since \d\d:\d\d:\d\d \+09:00\./ });
    await banner.waitFor();
    expect(await page.locator('.live-mark').innerText()).toBe('Not live');
    expect(await page.locator('.ago').count()).toBe(0);
    server.show(halted().snapshot, halted().bodies);
    server.cutStreams(false);
    await live();
    await page.locator('.gate.is-halted').waitFor();
    expect(await banner.count()).toBe(0);
  });

  it('asks for the token again when the session is over', async () => {
    await enter(clean());
    await live();
    await page.context().clearCookies();
    server.cutStreams(true);
    server.cutStreams(false);
    await page.getByLabel('Token').waitFor();
  });
});

describe('the rest of the screen', () => {
  it('remembers the language', async () => {
    await enter(clean());
    await page.getByRole('button', { name: '日本語' }).click();
    await page.getByRole('heading', { level: 1, name: 'カード決済は開いています' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'カード決済は開いています' }).waitFor();
  });

  it('shows one shop of several, each in its own zone', async () => {
    await enter(severalShops());
    await page.getByLabel('Shop').selectOption('tsukimi');
    await page.locator('.since').getByText('-05:00').waitFor();
  });

  it('makes nothing of what a stranger wrote: no markup, no link, nothing hidden', async () => {
    await enter(hostile());
    await page.locator('.diff').first().waitFor();
    await page.locator('.finding summary').first().click();
    expect(await page.locator('main img, main script, main iframe').count()).toBe(0);
    const links = await page
      .locator('main a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
    for (const link of links) expect(link).toMatch(/^\/api\/(blobs\/sha256:[0-9a-f]{64}|evidence\/bundle)$/);
    expect(await page.locator('.change h3').first().innerText()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('.hidden-character').allInnerTexts()).toContain('U+202E');
  });

  it.each([
    ['clean', clean, 'light'],
    ['halting', halting, 'light'],
    ['halted', halted, 'dark'],
  ] as const)('is accessible: %s', async (_name, make, colorScheme) => {
    await enter(make());
    await page.emulateMedia({ colorScheme });
    await live();
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const run = (globalThis as unknown as { axe: typeof axe }).axe.run;
      const { violations } = await run({
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    });
    expect(found).toEqual([]);
  });

  it('fits a phone without scrolling sideways', async () => {
    await enter(halted());
    await page.setViewportSize({ width: 360, height: 740 });
    await page.locator('.binary pre').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});
