import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  DefaultGuestCheckoutStrategy,
  DefaultLogger,
  DefaultMoneyStrategy,
  LanguageCode,
  LogLevel,
  type VendureConfig,
} from '@vendure/core';
import { cardHandler, offlineHandler } from './payment-handlers.ts';
import { parcelCalculator } from './shipping.ts';

/** Yen have no minor unit: every amount in this shop is a whole number of yen. */
class YenStrategy extends DefaultMoneyStrategy {
  override readonly precision = 0;
}

export type EngineSettings = {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly superadmin: { readonly user: string; readonly password: string };
  readonly synchronize: boolean;
};

const localeText = (name: string) => ({ name, type: 'localeText' as const, public: true });
const localeString = (name: string) => ({ name, type: 'localeString' as const, public: true });

export const databaseFile = (dataDir: string): string => join(dataDir, 'engine.sqlite');

export function engineConfig(settings: EngineSettings): VendureConfig {
  mkdirSync(settings.dataDir, { recursive: true });
  return {
    defaultLanguageCode: LanguageCode.ja,
    logger: new DefaultLogger({ level: LogLevel.Error, timestamp: false }),
    apiOptions: {
      hostname: settings.host,
      port: settings.port,
      adminApiPath: 'admin-api',
      shopApiPath: 'shop-api',
      // Only the storefront's server and the adapters call the engine; no page ever does.
      cors: false,
    },
    authOptions: {
      tokenMethod: 'bearer',
      requireVerification: false,
      sessionDuration: '30d',
      superadminCredentials: { identifier: settings.superadmin.user, password: settings.superadmin.password },
    },
    dbConnectionOptions: {
      type: 'better-sqlite3',
      database: databaseFile(settings.dataDir),
      enableWAL: true,
      synchronize: settings.synchronize,
    },
    entityOptions: { moneyStrategy: new YenStrategy() },
    orderOptions: {
      guestCheckoutStrategy: new DefaultGuestCheckoutStrategy({
        allowGuestCheckouts: true,
        allowGuestCheckoutForRegisteredCustomers: true,
      }),
    },
    shippingOptions: { shippingCalculators: [parcelCalculator] },
    paymentOptions: { paymentMethodHandlers: [cardHandler, offlineHandler] },
    customFields: {
      Customer: [
        { name: 'familyKana', type: 'string', public: true },
        { name: 'givenKana', type: 'string', public: true },
      ],
      Product: [
        localeString('maker'),
        localeText('makerStory'),
        localeString('origin'),
        localeString('unit'),
        { name: 'marks', type: 'string', public: true },
        { name: 'rank', type: 'int', public: true, defaultValue: 100 },
      ],
    },
  };
}
