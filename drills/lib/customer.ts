import { chromium, type Browser, type Page } from 'playwright-core';

/** A real customer in a real browser. Used for those who are in the middle of a checkout when the halt comes. */
export interface Customer {
  readonly page: Page;
  close(): Promise<void>;
}

/** One browser for all customers of a drill; each is a context of their own. */
export async function openCrowd(): Promise<{ customer(): Promise<Customer>; close(): Promise<void> }> {
  const browser: Browser = await chromium.launch({
    executablePath: process.env['KOMAINU_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    customer: async () => {
      const context = await browser.newContext({ locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
      return { page: await context.newPage(), close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
