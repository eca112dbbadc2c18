import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Frame, type Page } from 'playwright-core';
import type { Card, Skimmer } from './behaviour.ts';
import type { Buyer } from './buyer.ts';
import type { LibrarySite } from './site/server.ts';

/** An ordinary customer in an ordinary browser, watched by nobody: a skimmer that does not strike here is none. */
export interface Customers {
  /** Buys once, types what it is given, looks around afterwards, leaves. Never throws for what the page does. */
  buy(site: LibrarySite, buyer: Buyer, ways?: Ways): Promise<void>;
  close(): Promise<void>;
}

type Ways = Pick<Skimmer, 'lingers' | 'habit' | 'needs'>;

const FIELDS: readonly (readonly [string, keyof Card])[] = [
  ['cc-number', 'number'],
  ['cc-exp', 'expiry'],
  ['cc-csc', 'code'],
  ['cc-name', 'holder'],
];

const EXECUTABLE = process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium';
const LAUNCH = {
  executablePath: EXECUTABLE,
  args: [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--headless=new',
    '--disable-gpu',
    '--disable-blink-features=AutomationControlled',
    '--window-size=1382,876',
    '--no-proxy-server',
    '--lang=ja',
    // The far end of a data channel is another page of this browser.
    '--disable-features=WebRtcHideLocalIpsWithMdns',
    '--allow-loopback-in-peer-connection',
  ],
  ignoreDefaultArgs: ['--headless', '--enable-automation'],
};

/**
 * One purchase in a profile of its own, on disk: Chromium follows hints to look up and to connect only there, never in
 * a private context. Gives every name under the attacker's domain that the browser's own network log holds.
 */
export async function namesLookedUp(site: LibrarySite, buyer: Buyer, ways: Ways): Promise<readonly string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'komainu-customer-'));
  const log = join(dir, 'net.json');
  const context = await chromium.launchPersistentContext(join(dir, 'profile'), {
    ...LAUNCH,
    args: [...LAUNCH.args, `--log-net-log=${log}`],
  });
  await shop(context, site, buyer, ways);
  await context.close();
  const text = await readFile(log, 'utf8');
  await rm(dir, { recursive: true, force: true });
  return [...new Set([...text.matchAll(/[\w.-]+\.evil\.localhost/g)].map(([name]) => name))];
}

export async function openCustomers(): Promise<Customers> {
  const browser = await chromium.launch(LAUNCH);
  const agent = await agentOf(browser);
  return {
    buy: async (site, buyer, ways = {}) => {
      const context = await browser.newContext({
        ...(ways.habit === 'on-a-phone'
          ? { viewport: { width: 412, height: 839 }, isMobile: true, hasTouch: true, userAgent: PHONE }
          : { viewport: { width: 1366, height: 768 }, userAgent: agent }),
        locale: 'ja',
        timezoneId: 'Asia/Tokyo',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      try {
        if (ways.needs === 'peer') await (await context.newPage()).goto(`${site.origins.evil}/__peer`);
        await shop(context, site, buyer, ways);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

async function agentOf(browser: Browser): Promise<string> {
  const page = await browser.newPage();
  const agent = await page.evaluate('navigator.userAgent');
  await page.close();
  return String(agent)
    .replace('HeadlessChrome', 'Chrome')
    .replace(/\(X11[^)]*\)/, '(Windows NT 10.0; Win64; x64)');
}

async function shop(context: BrowserContext, site: LibrarySite, buyer: Buyer, ways: Ways): Promise<void> {
  const page = await context.newPage();
  if (ways.habit === 'at-night') await page.clock.setFixedTime(new Date('2026-11-20T23:30:00+09:00'));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  await page.goto(`${site.origins.shop}/cart`, {
    waitUntil: 'load',
    ...(ways.habit === 'comes-from-search' ? { referer: 'https://www.google.com/' } : {}),
  });
  await page.click('#to-payment');
  await page.waitForLoadState('load');
  await page.waitForTimeout(300);
  await write(page.mainFrame(), '#family-name', buyer.name);
  await write(page.mainFrame(), '#postcode', buyer.postcode);
  await write(page.mainFrame(), '#email', buyer.email);
  // A false form takes the card first and shows the real one then: a customer types again.
  for (let time = 0; time < 2 && !page.url().includes('/thanks'); time++) {
    await pay(page, buyer.card, ways, time === 0 ? (ways.lingers ?? 0) : 0);
    await page.waitForURL(/thanks/, { timeout: 1_500 }).catch(() => undefined);
  }
  await page.waitForTimeout(700);
  await page.goto(`${site.origins.shop}/`, { waitUntil: 'load' }).catch(() => undefined);
  await page.waitForTimeout(500);
  await page.goto('about:blank').catch(() => undefined);
  await page.waitForTimeout(400);
}

async function pay(page: Page, card: Card, ways: Ways, lingers: number): Promise<void> {
  for (const [hint, field] of FIELDS) {
    const place = await visible(page, `[autocomplete=${hint}]`);
    if (place === null) continue;
    await write(place.frame, place.selector, card[field], ways.habit === 'pastes' && field === 'number');
  }
  if (ways.habit === 'copies') await page.keyboard.press('ControlOrMeta+A');
  if (ways.habit === 'copies') await page.keyboard.press('ControlOrMeta+C');
  await page.mouse.move(300, 300, { steps: 3 });
  await page.waitForTimeout(200 + lingers);
  const button = (await visible(page, '#pay, [data-pay-button]')) ?? null;
  await button?.frame.click(button.selector, { timeout: 1_500 }).catch(() => undefined);
  await page.waitForTimeout(300);
}

/** Where a person would type: the page's own field first, then a stranger's frame laid over, then the provider's. */
async function visible(page: Page, selector: string): Promise<{ frame: Frame; selector: string } | null> {
  const frames = page.frames().toSorted((a, b) => rank(a) - rank(b));
  for (const frame of frames) {
    const found = await frame
      .locator(selector)
      .locator('visible=true')
      .count()
      .catch(() => 0);
    if (found > 0) return { frame, selector: `${selector} >> visible=true >> nth=0` };
  }
  return null;
}
const rank = (frame: Frame): number =>
  frame.parentFrame() === null ? 0 : frame.url().includes('//pay.localhost') ? 2 : 1;

/** As a hand does it: at the place of the field, whatever lies on top of it there takes the keys. */
async function write(frame: Frame, selector: string, text: string, pasted = false): Promise<void> {
  const page = frame.page();
  const field = frame.locator(selector).first();
  await field.scrollIntoViewIfNeeded({ timeout: 1_500 }).catch(() => undefined);
  const box = await field.boundingBox({ timeout: 1_500 }).catch(() => null);
  if (box === null) return;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.press('ControlOrMeta+A');
  if (pasted) {
    await frame.evaluate((value) => navigator.clipboard.writeText(value), text).catch(() => undefined);
    await page.keyboard.press('ControlOrMeta+V');
  } else await page.keyboard.type(text, { delay: 4 });
}
