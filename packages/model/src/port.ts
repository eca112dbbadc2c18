import type { Failure } from './failure.ts';
import type { BlobRef, Instant } from './ids.ts';

/** What an act on the shop did. Expected failures are values; the caller records them and tries again. */
export type ActResult<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface CardMethod {
  readonly code: string;
  readonly enabled: boolean;
}

/** An order or an unfinished checkout: named columns only, never a card's. Every string is untrusted. */
export interface ShopOrder {
  readonly code: string;
  readonly state: string;
  readonly placedAt: Instant | null;
  readonly updatedAt: Instant;
  readonly email: string | null;
  readonly name: string | null;
  readonly paymentMethods: readonly string[];
}

export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** How Komainu acts on a shop's platform. Every act is idempotent: a halt is repeated after a crash. */
export interface ShopPort {
  /** The card methods as the platform states them. */
  cardMethods(signal: AbortSignal): Promise<ActResult<readonly CardMethod[]>>;
  /** Card payments off; gives the methods as they are afterwards. */
  switchOff(signal: AbortSignal): Promise<ActResult<readonly CardMethod[]>>;
  /** Checkouts under way can no longer pay by card; says how many were voided, or why none needs to be. */
  voidInFlight(signal: AbortSignal): Promise<ActResult<{ readonly voided: number; readonly note: string }>>;
  /** Card payments on again. */
  resume(signal: AbortSignal): Promise<ActResult<readonly CardMethod[]>>;
  orders(window: TimeWindow, signal: AbortSignal): AsyncIterable<ShopOrder>;
  unfinishedCheckouts(window: TimeWindow, signal: AbortSignal): AsyncIterable<ShopOrder>;
}

/** Bodies of evidence by their hash. `get` checks what it reads and throws when the bytes are not those of the name. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<BlobRef>;
  get(ref: BlobRef): Promise<Uint8Array>;
  has(ref: BlobRef): Promise<boolean>;
}
