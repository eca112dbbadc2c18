import { join } from 'node:path';
import { createProvider } from '../provider/app.ts';
import { createStorefront } from '../storefront/app.ts';
import { createAnalytics } from '../thirdparty/analytics.ts';
import { attachPresence, createChat } from '../thirdparty/chat.ts';
import { createTags } from '../thirdparty/tags.ts';
import { startEngine } from './engine-process.ts';
import { listen } from './listen.ts';
import type { ShopSettings } from './settings.ts';

/** Where everything answers; also the line that `start.ts` prints. */
export type Ready = {
  readonly ready: true;
  readonly storefront: string;
  readonly provider: string;
  readonly engine: string;
  readonly shopApi: string;
  readonly analytics: string;
  readonly tags: string;
  readonly chat: string;
  readonly site: string;
  readonly data: string;
  readonly pids: { readonly launcher: number; readonly engine: number };
  readonly ms: number;
};
export type Shop = {
  readonly ready: Ready;
  readonly engineExited: Promise<void>;
  readonly stop: () => Promise<void>;
};

export async function startShop(settings: ShopSettings): Promise<Shop> {
  const began = performance.now();
  const { addresses } = settings;
  const [storefront, provider, analytics, tags, chat] = await Promise.all([
    listen(addresses.storefront),
    listen(addresses.provider),
    listen(addresses.analytics),
    listen(addresses.tags),
    listen(addresses.chat),
  ]);
  const listeners = [storefront, provider, analytics, tags, chat];
  const payments = createProvider({
    origin: provider.origin,
    merchantOrigin: storefront.origin,
    merchant: 'komorebi',
    publicKey: settings.publicKey,
    secretKey: settings.secretKey,
    webhookSecret: settings.webhookSecret,
    webhookUrl: settings.webhookUrl,
    retryBaseMs: settings.retryBaseMs,
    operator: settings.operator,
    databaseFile: join(settings.dataDir, 'provider.sqlite'),
  });
  provider.serve(payments.fetch);
  analytics.serve((request) => createAnalytics(analytics.origin, storefront.origin).fetch(request));
  tags.serve((request) => createTags(tags.origin).fetch(request));
  chat.serve((request) => createChat(chat.origin, storefront.origin).fetch(request));
  const hangUp = attachPresence(chat.server, storefront.origin);
  const closeAll = () => {
    payments.stop();
    hangUp();
    for (const listener of listeners) listener.close();
  };

  try {
    const engine = await startEngine(settings, provider.origin);
    storefront.serve(
      createStorefront({
        origin: storefront.origin,
        siteDir: settings.siteDir,
        shopApi: `${engine.origin}/shop-api`,
        provider: provider.origin,
        publicKey: settings.publicKey,
        analytics: analytics.origin,
        tags: tags.origin,
        chat: chat.origin,
      }),
    );
    const answers = await Promise.all(listeners.map(async (one) => (await fetch(`${one.origin}/health`)).ok));
    if (answers.includes(false)) throw new Error('a part of the shop does not answer');
    return {
      ready: {
        ready: true,
        storefront: storefront.origin,
        provider: provider.origin,
        engine: `${engine.origin}/admin-api`,
        shopApi: `${engine.origin}/shop-api`,
        analytics: analytics.origin,
        tags: tags.origin,
        chat: chat.origin,
        site: settings.siteDir,
        data: settings.dataDir,
        pids: { launcher: process.pid, engine: engine.pid },
        ms: Math.round(performance.now() - began),
      },
      engineExited: engine.exited,
      stop: async () => {
        closeAll();
        engine.stop();
        await engine.exited;
      },
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}
