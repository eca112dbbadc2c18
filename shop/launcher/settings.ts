import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';

export type Address = { readonly host: string; readonly port: number };
export type Account = { readonly user: string; readonly password: string };
export const partNames = ['storefront', 'engine', 'provider', 'analytics', 'tags', 'chat'] as const;
export type Part = (typeof partNames)[number];

export type ShopSettings = {
  readonly addresses: Readonly<Record<Part, Address>>;
  readonly dataDir: string;
  readonly siteDir: string;
  readonly cacheDir: string;
  readonly superadmin: Account;
  readonly komainu: Account;
  readonly member: Account;
  readonly operator: Account;
  readonly publicKey: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly webhookUrl: string;
  readonly retryBaseMs: number;
};

const defaults: Readonly<Record<Part, readonly [host: string, offset: number]>> = {
  storefront: ['127.0.0.10', 0],
  engine: ['127.0.0.11', 1],
  provider: ['127.0.0.20', 10],
  analytics: ['127.0.0.31', 21],
  tags: ['127.0.0.32', 22],
  chat: ['127.0.0.33', 23],
};

export class SettingsError extends Error {}

function readAddress(name: string, text: string): Address {
  const match = /^(127(?:\.\d{1,3}){3}):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port > 65_535) {
    throw new SettingsError(`${name}: expected a loopback address such as 127.0.0.10:4310, got "${text}"`);
  }
  return { host: match[1], port };
}

/** Everything comes from the environment; the defaults make the demonstration shop. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): ShopSettings {
  const text = (name: string, fallback: string) => env[name] || fallback;
  const base = Number(text('SHOP_PORT_BASE', '4310'));
  if (!Number.isInteger(base) || base < 0 || base > 65_000) {
    throw new SettingsError(
      `SHOP_PORT_BASE: expected 0 (any free ports) or a port up to 65000, got "${env['SHOP_PORT_BASE']}"`,
    );
  }
  const addresses = Object.fromEntries(
    partNames.map((part) => {
      const name = `SHOP_${part.toUpperCase()}`;
      const [host, offset] = defaults[part];
      return [part, readAddress(name, text(name, `${host}:${base === 0 ? 0 : base + offset}`))];
    }),
  ) as Record<Part, Address>;
  const account = (part: string, user: string, password: string): Account => ({
    user: text(`SHOP_${part}_USER`, user),
    password: text(`SHOP_${part}_PASSWORD`, password),
  });
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return {
    addresses,
    dataDir: resolve(text('SHOP_DATA', `${root}.komainu/shop`)),
    siteDir: resolve(text('SHOP_SITE', fileURLToPath(new URL('../site', import.meta.url)))),
    cacheDir: resolve(text('SHOP_CACHE', `${root}.komainu/shop-cache`)),
    superadmin: account('SUPERADMIN', 'superadmin', 'komorebi-superadmin'),
    komainu: account('KOMAINU', 'komainu', 'komorebi-komainu'),
    member: account('MEMBER', 'hana@example.com', 'komorebi-hana'),
    operator: account('OPERATOR', 'operator', 'musubi-operator'),
    publicKey: text('SHOP_MERCHANT_PUBLIC_KEY', 'pk_demo_komorebi'),
    secretKey: text('SHOP_MERCHANT_SECRET_KEY', 'sk_demo_komorebi'),
    webhookSecret: text('SHOP_WEBHOOK_SECRET', 'whsec_demo_komorebi'),
    webhookUrl: text('SHOP_WEBHOOK_URL', ''),
    retryBaseMs: Number(text('SHOP_WEBHOOK_RETRY_MS', '1000')),
  };
}
