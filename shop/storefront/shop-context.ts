import type { ShopApi } from './shop-api.ts';
import type { Lang, StorefrontSettings } from './settings.ts';

/** What the shop remembers between the steps of one visitor's checkout. Never a card: its token and last digits. */
export type CheckoutMemory = {
  method?: string;
  cardToken?: string;
  cardBrand?: string;
  cardLast4?: string;
  challengeUrl?: string;
  lastOrder?: string;
};

/** Everything a page function is given. Page modules import nothing from outside the web root. */
export type Shop = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly lang: Lang;
  readonly nonce: string;
  readonly settings: StorefrontSettings;
  readonly api: ShopApi;
  readonly memory: CheckoutMemory;
};

const lifeMs = 60 * 60_000;
const mostVisitors = 50_000;

/** Keyed by session token; forgotten after an hour, the oldest first when a flood comes. */
export function createMemories(): (token: string) => CheckoutMemory {
  const kept = new Map<string, { readonly memory: CheckoutMemory; readonly until: number }>();
  return (token) => {
    if (token === '') return {};
    const now = Date.now();
    const found = kept.get(token);
    const memory = found !== undefined && found.until > now ? found.memory : {};
    kept.delete(token);
    kept.set(token, { memory, until: now + lifeMs });
    for (const [key, { until }] of kept) {
      if (until > now && kept.size <= mostVisitors) break;
      kept.delete(key);
    }
    return memory;
  };
}
