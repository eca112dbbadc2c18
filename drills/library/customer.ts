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

interface Ways {
  readonly lingers?: number | undefined;
  readonly habit?: Skimmer['habit'];
}

const FIELDS: readonly (readonly [string, keyof Card])[] = [
  ['cc-number', 'number'],
  ['cc-exp', 'expiry'],
  ['cc-csc', 'code'],
  ['cc-name', 'holder'],
];

export async function openCustomers(): Promise<Customers> {
  const browser = await chromium.launch({
    executablePath: process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--headless=new',
      '--disable-gpu',
      '--disable-blink-features=AutomationControlled',
      '--window-size=1382,876',
      '--no-proxy-server',
      '--lang=ja',
    ],
    ignoreDefaultArgs: ['--headless', '--enable-automation'],
  });
  const agent = await agentOf(browser);
  return {
    buy: async (site, buyer, ways = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1366, height: 768 },
        locale: 'ja',
        timezoneId: 'Asia/Tokyo',
        userAgent: agent,
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      try {
        await shop(context, site, buyer, ways);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

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

async function write(frame: Frame, selector: string, text: string, pasted = false): Promise<void> {
  const field = frame.locator(selector).first();
  await field.click({ timeout: 1_500 }).catch(() => undefined);
  await field.press('ControlOrMeta+A', { timeout: 1_000 }).catch(() => undefined);
  if (pasted) {
    await frame.evaluate((value) => navigator.clipboard.writeText(value), text).catch(() => undefined);
    await field.press('ControlOrMeta+V').catch(() => undefined);
    return;
  }
  await field.pressSequentially(text, { delay: 4, timeout: 5_000 }).catch(() => undefined);
}
