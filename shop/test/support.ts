import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Frame, type Locator, type Page } from 'playwright-core';
import { type Admin, signIn } from '../engine/admin-client.ts';
import { readSettings, type ShopSettings } from '../launcher/settings.ts';
import { type Shop, startShop } from '../launcher/shop.ts';

export type Running = {
  readonly shop: Shop;
  readonly settings: ShopSettings;
  readonly superadmin: Admin;
  readonly komainu: Admin;
  readonly stop: () => Promise<void>;
};

/** A shop of its own on free ports with a fresh database; the furnished seed is shared between runs. */
export async function openShop(env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const dir = mkdtempSync(join(tmpdir(), 'komorebi-'));
  const settings = readSettings({
    SHOP_CACHE: process.env['SHOP_CACHE'],
    SHOP_PORT_BASE: '0',
    SHOP_DATA: join(dir, 'data'),
    SHOP_WEBHOOK_RETRY_MS: '20',
    ...env,
  });
  const shop = await startShop(settings);
  return {
    shop,
    settings,
    superadmin: await signIn(shop.ready.engine, settings.superadmin.user, settings.superadmin.password),
    komainu: await signIn(shop.ready.engine, settings.komainu.user, settings.komainu.password),
    stop: async () => {
      await shop.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });

export type Person = Readonly<Record<string, string>>;
export const shopper: Person = {
  familyName: '狛井',
  givenName: '守',
  familyKana: 'コマイ',
  givenKana: 'マモル',
  postcode: '100-0001',
  prefecture: '東京都',
  city: '千代田区',
  street: '千代田1-1 鳥居荘202',
  phone: '0312345678',
  email: 'mamoru@example.com',
};
export const card = (number: string): Person => ({
  number,
  expiry: '12/30',
  code: '123',
  holder: 'MAMORU KOMAI',
});

type Step = {
  readonly type: string;
  readonly url?: string;
  readonly value?: string;
  readonly selectors?: readonly (readonly [string])[];
  readonly frame?: readonly number[];
};
const journey = JSON.parse(readFileSync(new URL('../journeys/payment.json', import.meta.url), 'utf8')) as {
  readonly steps: readonly Step[];
};

const fill = (text: string, origin: string, canary: Person): string =>
  text.replaceAll(/\{\{(\w+)(?:\.(\w+))?\}\}/g, (_all, group: string, key: string) =>
    group === 'origin' ? origin : ((group === 'canary' ? canary : shopper)[key] ?? ''),
  );

/** Fills a field. What is typed into a frame of another process before that has the focus is lost: then once more. */
export async function enter(field: Locator, value: string): Promise<void> {
  do await field.fill(value);
  while ((await field.inputValue()) === '');
}

/** Walks the published journey, up to and not including the first step that `until` names by selector. */
export async function walk(page: Page, origin: string, canary: Person, until?: string): Promise<void> {
  for (const step of journey.steps) {
    const selector = step.selectors?.[0]?.[0] ?? '';
    if (until !== undefined && selector === until) return;
    let place: Frame = page.mainFrame();
    for (const index of step.frame ?? []) {
      await page.waitForFunction((wanted) => window.frames.length > wanted, index);
      place = place.childFrames()[index] ?? place;
    }
    switch (step.type) {
      case 'navigate':
        await page.goto(fill(step.url ?? '', origin, canary));
        break;
      case 'click':
        await place.click(selector);
        break;
      case 'waitForElement':
        await place.waitForSelector(selector);
        break;
      case 'change': {
        const value = fill(step.value ?? '', origin, canary);
        if (selector === '#prefecture') await place.selectOption(selector, value);
        else await enter(place.locator(selector), value);
        break;
      }
    }
  }
}

export const switchMethod = (admin: Admin, id: string, enabled: boolean) =>
  admin<{ updatePaymentMethod: { id: string; enabled: boolean } }>(
    'mutation($input:UpdatePaymentMethodInput!){ updatePaymentMethod(input:$input){ id code enabled } }',
    { input: { id, enabled } },
  );

export async function methodId(admin: Admin, code: string): Promise<string> {
  const found = await admin<{ paymentMethods: { items: readonly { id: string; code: string }[] } }>(
    '{ paymentMethods { items { id code name enabled } } }',
  );
  const id = found.paymentMethods.items.find((method) => method.code === code)?.id;
  if (id === undefined) throw new Error(`no payment method ${code}`);
  return id;
}
