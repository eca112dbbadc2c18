import { Hono } from 'hono';
import { challengeRoutes } from './challenge.ts';
import { chargeRoutes } from './charges.ts';
import { fieldRoutes } from './fields.ts';
import { operatorRoutes } from './operator.ts';
import type { ProviderSettings } from './settings.ts';
import { openStore } from './store.ts';
import { tokenRoutes } from './tokens.ts';
import { createVault } from './vault.ts';
import { startCourier } from './webhooks.ts';

export type Provider = {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly stop: () => void;
};

/** むすび決済: hosted fields, tokens, charges, challenge, notices. One merchant is enough for one reference shop. */
export function createProvider(settings: ProviderSettings): Provider {
  const store = openStore(settings.databaseFile);
  const vault = createVault();
  const courier = startCourier(settings, store);
  const app = new Hono()
    .get('/', (c) => c.text('むすび決済 Musubi Payments'))
    .get('/health', (c) => c.json({ ok: true }))
    .route('/', fieldRoutes(settings))
    .route('/', challengeRoutes(settings, store))
    .route('/', operatorRoutes(settings, store, vault, courier, new Date()))
    .route('/', tokenRoutes(settings, store, vault))
    .route('/', chargeRoutes(settings, store, vault));
  app.onError((error, c) => {
    process.stderr.write(`provider: ${error.message}\n`);
    return c.json(
      { error: { type: 'api_error', code: 'internal', message: 'Something went wrong here.' } },
      500,
    );
  });
  return {
    fetch: (request) => app.fetch(request),
    stop: () => {
      courier.stop();
      vault.clear();
      store.close();
    },
  };
}
