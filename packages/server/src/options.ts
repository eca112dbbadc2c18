import type { Config, PlatformConfig, Shop, ShopPort } from '@komainu/model';
import type { HaltProof } from '@komainu/respond';
import type { Log } from './log.ts';
import type { Prober } from './watch/prober.ts';

/** Other engines in the place of the real ones: for tests that pull the plug, and for platforms we do not know. */
export interface Ports {
  /** Instead of `openShop` of `@komainu/shops`. Called once per shop. */
  readonly shop?: (platform: PlatformConfig | undefined, shop: Shop) => ShopPort;
  /** Instead of a visit to every payment page. */
  readonly prove?: (shop: Shop, signal: AbortSignal) => Promise<HaltProof>;
  /** Instead of one warm Chromium. */
  readonly prober?: Prober;
}

/** All in milliseconds. */
export interface Tempo {
  /** Between looks at heartbeats and at what could not be recorded. */
  readonly tick: number;
  /** Between looks whether a halted platform is still off. */
  readonly gate: number;
  /** The longest a check may take before the probe counts as missing. */
  readonly check: number;
  /** Between the comments of a quiet event stream. */
  readonly quiet: number;
}

export const TEMPO: Tempo = { tick: 1_000, gate: 60_000, check: 150_000, quiet: 15_000 };

export interface ServerOptions {
  readonly config: Config;
  /** Directory of the configuration: journeys are relative to it. */
  readonly configDir: string;
  /** Ledger, blobs, keys, state and the admin token; created with mode 0700. */
  readonly dataDir: string;
  /** Where the named secrets are: passwords of platforms, the processor's webhook secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Lines of JSON on standard error when left out. */
  readonly log?: Log;
  /** Path of Chromium. */
  readonly browser?: string;
  /** Visits at once (2); proofs come on top and never wait. */
  readonly visits?: number;
  /** The console's built files; none are served when left out. */
  readonly consoleDir?: string;
  /** Names besides the loopback ones under which this server may be asked. */
  readonly hosts?: readonly string[];
  /** Public keys (PEM, Ed25519) whose seals are taken; any well-formed signature when left out. */
  readonly sealKeys?: readonly string[];
  /** Public key (PEM, Ed25519) of whom updates of the rules are taken from; from nobody when left out or null. */
  readonly rulesKey?: string | null;
  readonly ports?: Ports;
  readonly tempo?: Partial<Tempo>;
}
