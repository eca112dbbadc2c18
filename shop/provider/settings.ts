export type ProviderSettings = {
  /** The provider's own origin, as browsers see it. */
  readonly origin: string;
  /** Where the merchant's pages live: who may frame the card fields and be returned to. */
  readonly merchantOrigin: string;
  readonly merchant: string;
  readonly publicKey: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Initial endpoint; the merchant may set another by `PUT /v1/webhook_endpoint`. Empty: none yet. */
  readonly webhookUrl: string;
  /** First pause between two delivery attempts, ms; it doubles up to five minutes. */
  readonly retryBaseMs: number;
  readonly operator: { readonly user: string; readonly password: string };
  readonly databaseFile: string;
};
