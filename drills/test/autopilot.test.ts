import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KomainuStage, openKomainu, openShop, type ShopStage } from '../lib/stage.ts';

/** The way to the payment page of the reference shop: found without a recording, and walked as recorded. */
const dir = mkdtempSync(join(tmpdir(), 'komainu-drill-way-'));
const JOURNEY = join(import.meta.dirname, '../../shop/journeys/payment.json');
let shop: ShopStage;
let komainu: KomainuStage;

beforeAll(async () => {
  shop = await openShop(join(dir, 'shop'), { komainuPort: 1 });
  komainu = openKomainu(shop, { port: 1 });
}, 180_000);
afterAll(() => shop?.stop());

const at = (path: string): string => new URL(path, shop.addresses.storefront).href;

test.each(['/checkout/payment', '/products/mini-tomatoes'])(
  'the autopilot types the card from %s on',
  async (path) => {
    const report = join(dir, 'report.json');
    const run = await komainu.run(
      'check',
      at(path),
      '--private-network',
      '--depth',
      'one',
      '--report',
      report,
      '--json',
    );
    const { judgement, flows } = JSON.parse(run.stdout);
    const detectors = judgement.findings.map(({ detector }: { detector: string }) => detector);
    expect(detectors, run.stdout).not.toContain('journey-broken');
    expect(detectors).not.toContain('page-not-reached');
    expect(detectors).not.toContain('card-not-typed');
    expect(flows).toEqual([]);
  },
);

test('the recorded journey is walked step by step, and told so', async () => {
  const url = at('/checkout/payment');
  const { code, stdout } = await komainu.run(
    'journey',
    'check',
    JOURNEY,
    '--url',
    url,
    '--private-network',
    '--json',
  );
  expect(code, stdout).toBe(0);
  const { walked, typed, steps } = JSON.parse(stdout);
  expect([walked, typed]).toEqual([true, true]);
  expect(steps.some(({ role }: { role?: string }) => role === 'choose-card')).toBe(true);
});

test('where there is no display, recording says what to do instead', async () => {
  Object.assign(process.env, { DISPLAY: '', WAYLAND_DISPLAY: '' });
  const { code, stderr } = await komainu.run(
    'journey',
    'record',
    at('/'),
    '-o',
    join(dir, 'j.json'),
    '--lang',
    'en',
  );
  expect(code).toBe(69);
  expect(stderr).toMatch(/no display.*Recorder panel, export as JSON/);
});
