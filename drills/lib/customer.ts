import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/** A real customer in a real browser: the ones who are in the middle of a checkout when the halt comes. */
interface Customer {
  readonly page: Page;
  /** Goods, cart, address; ends on the payment page. */
  toPayment(): Promise<void>;
  /** From the payment page on to the confirm page. */
  toConfirm(method: 'card' | 'bank-transfer'): Promise<void>;
  /** The last click. `thanks` with an order's number, or whatever page came instead. */
  placeOrder(): Promise<{ readonly placed: boolean; readonly path: string; readonly notice: string | null }>;
  close(): Promise<void>;
}

export interface Crowd {
  customer(): Promise<Customer>;
  close(): Promise<void>;
}

/** The provider's own test card: a range that no issuer can ever own. */
const CARD = { number: '9999000000000004', expiry: '12/39', cvc: '123', holder: 'HANA SATO' };

/** One browser for all customers of a drill; each has a context of their own. */
export async function openCrowd(storefront: string): Promise<Crowd> {
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
      return customerOf(await context.newPage(), storefront, () => context.close());
    },
    close: () => browser.close(),
  };
}

/** Fills a field. What is typed into a frame of another process before that has the focus is lost: then once more. */
async function enter(field: Locator, value: string): Promise<void> {
  do await field.fill(value);
  while ((await field.inputValue()) === '');
}

function customerOf(page: Page, storefront: string, close: () => Promise<void>): Customer {
  const at = (path: string) => new URL(path, storefront).href;
  return {
    page,
    close,
    toPayment: async () => {
      await page.goto(at('/'));
      await page.locator('a[href^="/products/"]').first().click();
      await page.locator('#cart-add').click();
      await page.locator('#go-cart').click();
      await page.locator('#to-checkout').click();
      const fields = {
        familyName: '佐藤',
        givenName: '花',
        familyKana: 'サトウ',
        givenKana: 'ハナ',
        email: 'hana.sato@example.com',
        phone: '03-0000-0000',
        postcode: '100-0001',
        city: '千代田区',
        street: '1-1',
      };
      // A second order of the same visitor finds the address filled in already.
      for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
      await page.locator('#prefecture').selectOption({ index: 13 });
      await page.locator('#to-payment').click();
      await page.waitForURL('**/checkout/payment');
    },
    toConfirm: async (method) => {
      await page.locator(`#method-${method}`).check();
      if (method === 'card') {
        const fields = page.frameLocator('#musubi-fields');
        for (const [name, value] of Object.entries(CARD)) await enter(fields.locator(`#card-${name}`), value);
      }
      await page.locator('#to-confirm').click();
      await page.waitForURL('**/checkout/confirm');
    },
    placeOrder: async () => {
      await Promise.all([
        page.waitForURL((url) => !url.pathname.endsWith('/checkout/confirm')),
        page.locator('#place-order').click(),
      ]);
      const path = new URL(page.url()).pathname;
      const notice = page.locator('#payment-notice');
      return {
        placed: path.startsWith('/thanks/'),
        path,
        notice: (await notice.count()) > 0 ? await notice.textContent() : null,
      };
    },
  };
}
