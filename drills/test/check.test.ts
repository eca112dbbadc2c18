import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openReceiver, type Receiver } from '../lib/receiver.ts';
import { type KomainuStage, openKomainu, openShop, type ShopStage } from '../lib/stage.ts';
import { type Attack, attackOf } from '../omochabako-2019/attack.ts';

/** `komainu check` alone, with no server, on the reference shop's payment page: what the exit codes promise. */
const dir = mkdtempSync(join(tmpdir(), 'komainu-drill-check-'));
const report = join(dir, 'report.html');
const baseline = join(dir, 'baseline.json');
let shop: ShopStage;
let komainu: KomainuStage;
let receiver: Receiver;
let attack: Attack;

const check = (...more: readonly string[]) =>
  komainu.run('check', '--config', komainu.config, '--report', report, ...more);

beforeAll(async () => {
  receiver = await openReceiver();
  shop = await openShop(join(dir, 'shop'), { komainuPort: 1 });
  komainu = openKomainu(shop, { port: 1 });
  attack = attackOf('page', shop, receiver.origin);
}, 180_000);
afterAll(async () => {
  await shop?.stop();
  await receiver?.close();
});

test('0 when clean, twice: nothing about a second visit looks like a change', async () => {
  expect(await check('--approve', baseline, '--by', 'drill')).toMatchObject({ code: 0 });
  const again = await check('--baseline', baseline, '--json');
  expect(again.code, again.stdout).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'clean', judgement: { findings: [] } });
});

test('1 when altered: the canary is named, with its disguise and where it went', async () => {
  await attack.strike();
  const result = await check('--baseline', baseline, '--json');
  attack.undo();
  expect(result.code, result.stdout).toBe(1);
  const { judgement, flows } = JSON.parse(result.stdout);
  const leak = judgement.findings.find(
    (one: { leak: { field: string } | null }) => one.leak?.field === 'number',
  );
  expect(leak).toMatchObject({
    detector: 'canary-on-wire',
    grade: 'tampered',
    leak: { destination: expect.stringContaining(receiver.origin) },
  });
  expect(leak.leak.encodings).toContain('base64');
  expect(flows).toContainEqual(expect.objectContaining({ field: 'number', approved: false }));
  expect(receiver.loot.length).toBeGreaterThan(0);
});

test('the report opens from disk, asks the network for nothing, and cannot run a script', async () => {
  const browser = await chromium.launch({
    executablePath: process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${report}`);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([`file://${report}`]);
    expect(await page.locator('.verdict').textContent()).toContain('Tampered');
    expect(await page.locator('figure img').count()).toBeGreaterThan(0);
    expect(readFileSync(report, 'utf8')).not.toMatch(/<script|<a |javascript:/i);
  } finally {
    await browser.close();
  }
});

test('3 when the page cannot be observed', async () => {
  await shop.stop();
  const result = await check('--baseline', baseline);
  expect(result.code, result.stdout).toBe(3);
  expect(result.stdout).toMatch(/Not fully observed/);
  expect(result.stderr).not.toMatch(/\n {4}at /);
});
