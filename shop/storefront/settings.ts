export type StorefrontSettings = {
  readonly origin: string;
  /** The web root: pages, assets, uploads; read from disk on every request. */
  readonly siteDir: string;
  readonly shopApi: string;
  readonly provider: string;
  readonly publicKey: string;
  readonly analytics: string;
  readonly tags: string;
  readonly chat: string;
};

export type Lang = 'ja' | 'en';
